//! Operations.

use crate::bindings::connector::plugin::types::{Error, ErrorKind, Outcome};
use crate::bindings::exports::connector::plugin::operations;
use crate::{Hostile, effects, error, misbehave, no_usage};

/// The checkpoint consists of the action and its parameters.
impl operations::Guest for Hostile {
    fn plan(action: String, params: String) -> Result<operations::Operation, Error> {
        if params.contains("in-plan") {
            let data = effects::send(&params);
            return Ok(operation(action, operations::NextStep::None, Some(data)));
        }
        let next = match action.as_str() {
            "look" => operations::NextStep::Look,
            _ => operations::NextStep::Send,
        };
        Ok(operation(format!("{action} {params}"), next, None))
    }

    fn advance(checkpoints: Vec<String>) -> Vec<Result<operations::Operation, Error>> {
        let step = |checkpoint: String| {
            let (action, params) = checkpoint.split_once(' ').unwrap_or_default();
            match action {
                "send-for-ever" => Ok(operation(checkpoint, operations::NextStep::Send, None)),
                "end-without-an-outcome" => Ok(
                    operation(checkpoint, operations::NextStep::None, None)
                ),
                _ => {
                    let data = misbehave(action, params).ok_or_else(
                        || error(ErrorKind::UnknownAction, action)
                    )?;
                    let mut ended =
                        operation(checkpoint.clone(), operations::NextStep::None, Some(data));
                    if params.contains("lying") {
                        ended.outcome = Some(Err(error(ErrorKind::Rejected, action)));
                    }
                    Ok(ended)
                }
            }
        };
        if checkpoints.iter().any(|checkpoint| checkpoint.starts_with("give-nothing")) {
            return Vec::new();
        }
        checkpoints.into_iter().map(step).collect()
    }

    fn recover(checkpoint: String) -> Result<operations::Operation, Error> {
        let data = match checkpoint.split_once(' ') {
            Some(("change", params)) => effects::send(params),
            _ => "recovered".to_owned(),
        };
        Ok(operation(checkpoint, operations::NextStep::None, Some(data)))
    }
}

fn operation(
    checkpoint: String, next: operations::NextStep, data: Option<String>
) -> operations::Operation {
    operations::Operation {
        checkpoint,
        next,
        wait_ms: 0,
        targets: Vec::new(),
        trouble: None,
        outcome: data.map(
            |data| Ok(Outcome { data, job: None, usage: no_usage(), warnings: Vec::new() })
        ),
        usage: no_usage(),
    }
}
