//! The parameters of a list.

use super::eastern::is_date_time;
use super::error::ApiError;

const MOST_PER_PAGE: usize = 100;

/// How a list writes `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AllForm {
    /// `0` or `1`.
    Digit,
    /// `true` or `false`.
    Word,
}

#[derive(Clone, Debug)]
pub(crate) struct ListQuery {
    /// Counted from 1.
    pub(crate) page: usize,
    pub(crate) take: usize,
    pub(crate) all: bool,
    start_date: Option<String>,
    end_date: Option<String>,
    pub(crate) office_id: Option<i64>,
    pub(crate) associate_id: Option<i64>,
}

impl ListQuery {
    /// # Errors
    /// 400 for a parameter that is wrong or, with `paging_required`, missing.
    pub(crate) fn read(query: &str, all_form: AllForm, paging_required: bool) -> Result<Self, ApiError> {
        let value = |name: &str| {
            let mut fields = form_urlencoded::parse(query.as_bytes());
            fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.into_owned())
        };
        let count = |name: &'static str, most: usize, default: usize| match value(name) {
            None if paging_required => Err(ApiError::parameter(name, "It is required.")),
            None => Ok(default),
            Some(text) => {
                let number = text.parse().ok().filter(|number| (1..=most).contains(number));
                number.ok_or_else(|| ApiError::parameter(name, "It is out of range."))
            }
        };
        let date = |name: &'static str| match value(name) {
            Some(text) if !is_date_time(&text) => Err(ApiError::parameter(name, "It is not a date and time.")),
            text => Ok(text),
        };
        let id = |name: &'static str| match value(name).map(|text| text.parse()) {
            None => Ok(None),
            Some(Ok(id)) => Ok(Some(id)),
            Some(Err(_)) => Err(ApiError::parameter(name, "It is not a number.")),
        };
        let all = match (value("all").as_deref(), all_form) {
            (None, _) | (Some("0"), AllForm::Digit) | (Some("false"), AllForm::Word) => false,
            (Some("1"), AllForm::Digit) | (Some("true"), AllForm::Word) => true,
            (Some(_), _) => return Err(ApiError::parameter("all", "It has an unknown value.")),
        };
        Ok(Self {
            page: count("page", usize::MAX, 1)?,
            take: count("take", MOST_PER_PAGE, MOST_PER_PAGE)?,
            all,
            start_date: date("startDate")?,
            end_date: date("endDate")?,
            office_id: id("officeID")?,
            associate_id: id("associateID")?,
        })
    }

    /// Whether a modification time is within the dates, which are inclusive.
    pub(crate) fn includes(&self, modified: &str) -> bool {
        self.start_date.as_deref().is_none_or(|start| start <= modified)
            && self.end_date.as_deref().is_none_or(|end| modified <= end)
    }
}
