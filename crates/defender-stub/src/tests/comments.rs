//! Comments that the service rewrites.

use super::super::CommentRewrite;
use super::*;

#[test]
fn comments_are_kept_in_the_ways_of_the_scenario() {
    use CommentRewrite::{
        Append, CarriageReturns, CollapseBlanks, Cut, CutWithDots, DropControls, EscapeHtml,
        LineFeeds, QuestionMarks, Replace, Trim,
    };
    let append = Append { text: " (API)".to_owned() };
    let trials: [(&[CommentRewrite], &str, &str); 12] = [
        (&[], " a\r\nb ", " a\r\nb "),
        (&[Trim, LineFeeds], " a\r\nb ", "a\nb"),
        (&[CarriageReturns], "a\nb\r\n", "a\r\nb\r\n"),
        (&[CollapseBlanks], "a  b\t\nc", "a b c"),
        (&[EscapeHtml], "a <b> & 'c'", "a &lt;b&gt; &amp; &#39;c&#39;"),
        (&[QuestionMarks], "grün 🚨", "gr?n ??"),
        (&[DropControls], "a\u{0}\u{7}b", "ab"),
        (&[Cut { at: 3 }], "ab🚨d", "ab"),
        (&[CutWithDots { at: 5 }], "abcdefgh", "ab..."),
        (&[CutWithDots { at: 5 }], "abcde", "abcde"),
        (&[Trim, append], " a ", "a (API)"),
        (&[Replace { text: "b".to_owned() }], "a", "b"),
    ];
    for (rewrites, sent, kept) in trials {
        let client =
            Client::new(Scenario { comment_rewrites: rewrites.to_vec(), ..Scenario::default() });
        let path = format!("/api/machines/{}/unisolate", demo::WINDOWS);
        let answered = body(&client.post(&path, &json!({ "Comment": sent })));
        assert_eq!(answered["requestorComment"], kept, "{rewrites:?}");
    }
}
