//! Days of the Gregorian calendar in UTC, and the milliseconds since 1970 that they begin at.

use toml::value::{Date, Datetime};

/// Milliseconds in a day.
pub const MS: i64 = 86_400_000;

/// The day of a time.
pub fn of(ms: i64) -> Date {
    // Years are counted from March, so that the odd day of leap years comes last; 719 468 days lie between that count's zero and 1970.
    let days = ms.div_euclid(MS) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    Date { year: year as u16, month: month as u8, day: (of_year - (153 * from_march + 2) / 5 + 1) as u8 }
}

/// When a day begins.
pub fn start(day: Date) -> i64 {
    let (month, year) = (i64::from(day.month), i64::from(day.year) - i64::from(day.month <= 2));
    let from_march = if month > 2 { month - 3 } else { month + 9 };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * from_march + 2) / 5 + i64::from(day.day) - 1;
    (era * 146_097 + of_era - 719_468) * MS
}

/// A day as written: `2026-11-24`.
///
/// # Errors
/// What to write instead.
pub fn read(text: &str) -> Result<Date, String> {
    text.parse::<Datetime>().ok().filter(|d| d.time.is_none()).and_then(|d| d.date).ok_or_else(|| "write a day as 2026-11-24".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_calendar() {
        for (ms, told) in [(0, "1970-01-01"), (951_782_400_000, "2000-02-29"), (1_795_478_400_000, "2026-11-24"), (1_798_761_599_999, "2026-12-31")] {
            assert_eq!(of(ms).to_string(), told);
            assert_eq!(read(told).map(|d| d.to_string()).as_deref(), Ok(told));
        }
        for days in (0..80_000).step_by(13) {
            assert_eq!(start(of(days * MS + 1)), days * MS);
        }
        assert!(read("2026-13-01").is_err() && read("demain").is_err() && read("2026-11-24T10:00:00").is_err());
    }
}
