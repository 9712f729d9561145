//! How values are written on the command line.

use kyso::Time;
use serde_json::{Map, Value, json};

pub(crate) fn rfc3339(text: &str) -> Result<String, String> {
    match Time::from_rfc3339(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("write a time like 2026-03-05T09:30:00+07:00".to_owned()),
    }
}

pub(crate) fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => Ok(seconds),
        _ => Err("write a number of seconds".to_owned()),
    }
}

pub(crate) fn rect(text: &str) -> Result<Value, String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(str::parse).collect();
    match numbers {
        Ok(numbers) if numbers.len() == 4 && numbers.iter().all(|n| n.is_finite()) => {
            Ok(numbers.into())
        }
        _ => Err("write four numbers: left,bottom,right,top".to_owned()),
    }
}

pub(crate) fn size(text: &str) -> Result<Value, String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(str::parse).collect();
    match numbers {
        Ok(numbers) if numbers.len() == 2 && numbers.iter().all(|n| n.is_finite() && *n > 0.0) => {
            Ok(numbers.into())
        }
        _ => Err("write two numbers: width,height".to_owned()),
    }
}

pub(crate) fn lock(text: &str) -> Result<Value, String> {
    let names = |list: &str| Value::from(list.split(',').map(str::to_owned).collect::<Vec<_>>());
    match text.split_once(':') {
        None if text == "all" => Ok(json!("all")),
        Some((how @ ("include" | "exclude"), list)) if !list.is_empty() => {
            Ok(json!({ how: names(list) }))
        }
        _ => Err("write all, include:A,B or exclude:A,B".to_owned()),
    }
}

/// `ID=FILE`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((id, file)) if !id.is_empty() && !file.is_empty() => {
            Ok((id.to_owned(), file.to_owned()))
        }
        _ => Err("write ID=FILE".to_owned()),
    }
}

/// `city=…,country=…`.
pub(crate) fn parts(text: &str) -> Result<Value, String> {
    let mut place = Map::new();
    for part in text.split(',') {
        let (name, value) = part.split_once('=').ok_or("write city=…,country=…")?;
        place.insert(name.trim().to_owned(), Value::from(value.trim()));
    }
    Ok(Value::Object(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_pairs_and_places_have_parts() {
        assert!(pair("a=b").is_ok() && pair("=b").is_err() && pair("ab").is_err());
        assert_eq!(parts("city=Hà Nội, country=VN").unwrap()["country"], "VN");
        assert!(parts("Hà Nội").is_err());
    }
}
