//! One line a step, or all of them as JSON.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::binding::library_version;
use crate::failure::Failure;
use crate::send::json_line;
use crate::terminal::{print, shown};
use crate::text::harmless;

/// Why a step failed, and what to do.
pub struct Problem {
    failure: Box<Failure>,
    advice: String,
}

impl Problem {
    /// With the tool's advice, and how long the service asks to wait.
    pub fn new(failure: Failure, advice: &str) -> Self {
        let advice = match failure.wait() {
            Some(wait) => format!("{advice}; {wait}"),
            None => advice.to_owned(),
        };
        Self {
            failure: Box::new(failure),
            advice,
        }
    }

    /// A setting that the library refuses.
    pub fn of_setting(failure: Failure) -> Self {
        let advice = match failure.set_by() {
            Some(set_by) => format!("correct it: {set_by}"),
            None => "correct the setting".to_owned(),
        };
        Self::new(failure, &advice)
    }
}

enum Outcome {
    Ok(String),
    Skipped(String),
    Failed(Problem),
}

struct Step {
    name: &'static str,
    took: Option<Duration>,
    outcome: Outcome,
}

/// The steps so far.
pub struct Report {
    in_json: bool,
    steps: Vec<Step>,
    unwritten: Option<Failure>,
}

impl Report {
    /// Without JSON each step is printed when it is done.
    pub fn new(in_json: bool) -> Self {
        Self {
            in_json,
            steps: Vec::new(),
            unwritten: None,
        }
    }

    /// Does the work, with its time; the text is what there is to say of a success.
    pub fn step<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<(T, String), Problem>,
    ) -> Option<T> {
        let began = Instant::now();
        let outcome = work();
        let took = Some(began.elapsed());
        match outcome {
            Ok((value, detail)) => {
                self.pass(name, took, &detail);
                Some(value)
            }
            Err(problem) => {
                self.fail(name, took, problem);
                None
            }
        }
    }

    /// A step that is well.
    pub fn pass(&mut self, name: &'static str, took: Option<Duration>, detail: &str) {
        self.add(name, took, Outcome::Ok(detail.to_owned()));
    }

    /// A step that has nothing to do, or cannot do it.
    pub fn skip(&mut self, name: &'static str, why: &str) {
        self.add(name, None, Outcome::Skipped(why.to_owned()));
    }

    /// Several of them.
    pub fn skip_all(&mut self, names: &[&'static str], why: &str) {
        for name in names {
            self.skip(name, why);
        }
    }

    /// A step that failed.
    pub fn fail(&mut self, name: &'static str, took: Option<Duration>, problem: Problem) {
        self.add(name, took, Outcome::Failed(problem));
    }

    /// The verdict: the first step that failed.
    pub fn finish(mut self) -> Result<(), Failure> {
        let failed = self.steps.iter().find_map(|step| match &step.outcome {
            Outcome::Failed(problem) => Some((step.name, problem)),
            _ => None,
        });
        let text = match failed {
            _ if self.in_json => json_line(&self.to_json(failed)),
            None => "All is well.\n".to_owned(),
            Some((name, problem)) => format!(
                "{}\n",
                shown(&format!(
                    "The check failed at {name}: {}.\nWhat to do: {}.",
                    harmless(&problem.failure.message),
                    harmless(&problem.advice)
                ))
            ),
        };
        let outcome = failed.map_or(Ok(()), |(_, problem)| Err(*problem.failure.clone()));
        self.say(&text);
        match self.unwritten {
            Some(failure) => {
                crate::terminal::tell(&failure.explanation());
                Err(failure)
            }
            None => outcome,
        }
    }

    fn add(&mut self, name: &'static str, took: Option<Duration>, outcome: Outcome) {
        let step = Step {
            name,
            took,
            outcome,
        };
        if !self.in_json {
            self.say(&step.line());
        }
        self.steps.push(step);
    }

    fn say(&mut self, text: &str) {
        if let Err(failure) = print(text) {
            self.unwritten = Some(failure);
        }
    }

    fn to_json(&self, failed: Option<(&str, &Problem)>) -> Value {
        let steps: Vec<Value> = self.steps.iter().map(Step::to_json).collect();
        json!({
            "ok": failed.is_none(),
            "failed_step": failed.map(|(name, _)| name),
            "exit_code": failed.map_or(0, |(_, problem)| problem.failure.status.exit_code()),
            "steps": steps,
            "tool_version": env!("CARGO_PKG_VERSION"),
            "library_version": library_version(),
        })
    }
}

impl Step {
    fn line(&self) -> String {
        let took = self.took.map_or_else(|| "-".to_owned(), readable);
        let (result, detail) = self.words();
        format!(
            "{result:<7}  {:<8}  {took:>9}  {}\n",
            self.name,
            harmless(detail)
        )
    }

    fn words(&self) -> (&'static str, &str) {
        match &self.outcome {
            Outcome::Ok(detail) => ("ok", detail),
            Outcome::Skipped(why) => ("skipped", why),
            Outcome::Failed(problem) => ("failed", &problem.failure.message),
        }
    }

    fn to_json(&self) -> Value {
        let (result, detail) = self.words();
        let elapsed = self
            .took
            .map(|took| (took.as_secs_f64() * 1e6).round() / 1e3);
        let mut step = json!({
            "step": self.name,
            "result": result,
            "elapsed_ms": elapsed,
            "detail": detail,
        });
        if let Outcome::Failed(problem) = &self.outcome {
            step["what_to_do"] = json!(problem.advice);
            step["error"] = problem.failure.to_json();
        }
        step
    }
}

/// A time for people.
pub fn readable(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        0.0..0.01 => format!("{:.1} ms", seconds * 1e3),
        0.01..1.0 => format!("{:.0} ms", seconds * 1e3),
        _ => format!("{seconds:.1} s"),
    }
}
