//! Parses tokens into a filter by recursive descent, and checks every type.

use super::filter::{Comparison, Filter, Function, Literal, Quantifier, Term};
use super::lexer::{self, Kind as TokenKind, Token};
use super::schema::{Kind, Property, Schema};

/// The maximum nesting of parentheses and negations, so that no query can exhaust the stack.
const MAX_DEPTH: usize = 50;

/// Parses a filter on an entity of this type.
///
/// # Errors
///
/// The service's message about a syntax error, an unknown or unfilterable property, or incompatible
/// types.
pub(crate) fn parse(text: &str, schema: &'static Schema) -> Result<Filter, String> {
    let mut parser =
        Parser { text, schema, tokens: lexer::tokens(text)?, next: 0, depth: 0, item: None };
    let filter = parser.or()?;
    match parser.tokens.get(parser.next) {
        None => Ok(filter),
        Some(_) => Err(parser.complaint()),
    }
}

struct Parser<'a> {
    text: &'a str,
    schema: &'static Schema,
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
    /// The name of the item inside `any` or `all`.
    item: Option<String>,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Filter, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!(
                "The depth limit of '{MAX_DEPTH}' has been exceeded in '{}'.",
                self.text
            ));
        }
        let mut any = vec![self.and()?];
        while self.takes_word("or") {
            any.push(self.and()?);
        }
        self.depth -= 1;
        Ok(Filter::Any(any))
    }

    fn and(&mut self) -> Result<Filter, String> {
        let mut all = vec![self.not()?];
        while self.takes_word("and") {
            all.push(self.not()?);
        }
        Ok(Filter::All(all))
    }

    fn not(&mut self) -> Result<Filter, String> {
        let mut is_negated = false;
        while self.takes_word("not") {
            is_negated = !is_negated;
        }
        let filter = self.primary()?;
        Ok(if is_negated { Filter::Not(Box::new(filter)) } else { filter })
    }

    fn primary(&mut self) -> Result<Filter, String> {
        if self.takes('(') {
            let filter = self.or()?;
            self.expect(')')?;
            return Ok(filter);
        }
        if let Some(function) = self.takes_function() {
            return self.function(function);
        }
        let left = self.term()?;
        if let Term::Property(property) = left
            && self.takes('/')
        {
            return self.items(property);
        }
        if self.takes_word("in") {
            return self.list(left);
        }
        let Some(TokenKind::Word(name)) = self.peek() else { return self.condition(left) };
        let Some(comparison) = Comparison::named(name) else { return self.condition(left) };
        self.next += 1;
        let right = self.term()?;
        self.check(&left, &right)?;
        Ok(Filter::Compare(left, comparison, right))
    }

    fn function(&mut self, function: Function) -> Result<Filter, String> {
        let left = self.term()?;
        self.expect(',')?;
        let right = self.term()?;
        self.expect(')')?;
        if [&left, &right].into_iter().all(|term| matches!(kind(term), Some(Kind::Text))) {
            Ok(Filter::Function(function, left, right))
        } else {
            Err(format!("No function signature matches the arguments in '{}'.", self.text))
        }
    }

    /// What follows `property/`.
    fn items(&mut self, property: &'static Property) -> Result<Filter, String> {
        let quantifier = if self.takes_word("any") { Some(Quantifier::Any) } else { None };
        let quantifier = quantifier.or_else(|| self.takes_word("all").then_some(Quantifier::All));
        let Some(quantifier) = quantifier else { return Err(self.complaint()) };
        if property.kind != Kind::Texts || self.item.is_some() {
            return Err(format!(
                "Any and All may only be used following a collection, in '{}'.",
                self.text
            ));
        }
        self.expect('(')?;
        if quantifier == Quantifier::Any && self.takes(')') {
            return Ok(Filter::Items(property, quantifier, None));
        }
        let Some(TokenKind::Word(name)) = self.peek().cloned() else {
            return Err(self.complaint());
        };
        self.next += 1;
        self.expect(':')?;
        self.item = Some(name);
        let condition = self.or()?;
        self.item = None;
        self.expect(')')?;
        Ok(Filter::Items(property, quantifier, Some(Box::new(condition))))
    }

    fn list(&mut self, left: Term) -> Result<Filter, String> {
        self.expect('(')?;
        let mut literals = Vec::new();
        loop {
            let term = self.term()?;
            self.check(&left, &term)?;
            let Term::Literal(literal) = term else { return Err(self.complaint()) };
            literals.push(literal);
            if !self.takes(',') {
                break;
            }
        }
        self.expect(')')?;
        Ok(Filter::In(left, literals))
    }

    /// A term without an operator must be a condition by itself.
    fn condition(&self, term: Term) -> Result<Filter, String> {
        if kind(&term) == Some(Kind::Bool) {
            Ok(Filter::Holds(term))
        } else {
            Err(self.complaint())
        }
    }

    fn term(&mut self) -> Result<Term, String> {
        let term = match self.peek() {
            Some(TokenKind::Literal(literal)) => Term::Literal(literal.clone()),
            Some(TokenKind::Word(name)) if self.item.as_ref() == Some(name) => Term::Item,
            Some(TokenKind::Word(name)) => Term::Property(self.property(name)?),
            _ => return Err(self.complaint()),
        };
        self.next += 1;
        Ok(term)
    }

    fn property(&self, name: &str) -> Result<&'static Property, String> {
        let property = self.schema.property(name)?;
        if property.is_filterable {
            Ok(property)
        } else {
            Err(format!("The property '{name}' cannot be used in the $filter query option."))
        }
    }

    fn check(&self, left: &Term, right: &Term) -> Result<(), String> {
        match (kind(left), kind(right)) {
            (Some(left), Some(right)) if !go_together(left, right) => Err(format!(
                "A binary operator with incompatible types was detected: {left:?} and {right:?} in '{}'.",
                self.text
            )),
            _ => Ok(()),
        }
    }

    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn takes(&mut self, mark: char) -> bool {
        let takes = matches!(self.peek(), Some(TokenKind::Mark(found)) if *found == mark);
        self.next += usize::from(takes);
        takes
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let takes =
            matches!(self.peek(), Some(TokenKind::Word(found)) if found.eq_ignore_ascii_case(word));
        self.next += usize::from(takes);
        takes
    }

    /// A function's name and the parenthesis after it.
    fn takes_function(&mut self) -> Option<Function> {
        let Some(TokenKind::Word(name)) = self.peek() else { return None };
        let function = Function::named(name)?;
        self.next += 1;
        if self.takes('(') {
            return Some(function);
        }
        self.next -= 1;
        None
    }

    fn expect(&mut self, mark: char) -> Result<(), String> {
        if self.takes(mark) { Ok(()) } else { Err(self.complaint()) }
    }

    fn complaint(&self) -> String {
        let at = self.tokens.get(self.next).map_or(self.text.len(), |token| token.at);
        format!("Syntax error at position {at} in '{}'.", self.text)
    }
}

/// A term's type. `null` has none: it is compatible with every type.
fn kind(term: &Term) -> Option<Kind> {
    Some(match term {
        Term::Property(property) => property.kind,
        Term::Item => Kind::Text,
        Term::Literal(literal) => match literal {
            Literal::Null => return None,
            Literal::Bool(_) => Kind::Bool,
            Literal::Number(_) => Kind::Number,
            Literal::Text(_) => Kind::Text,
            Literal::Guid(_) => Kind::Guid,
            Literal::Date(_) => Kind::Date,
        },
    })
}

fn go_together(left: Kind, right: Kind) -> bool {
    let one_way = |a, b| {
        matches!(
            (a, b),
            (Kind::Guid | Kind::Group, Kind::Text)
                | (Kind::Group, Kind::Number)
                | (Kind::BareGuid, Kind::Guid)
        )
    };
    (left == right && left.is_scalar()) || one_way(left, right) || one_way(right, left)
}
