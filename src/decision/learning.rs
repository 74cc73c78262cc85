//! Examples → the weight of each feature for each answer.
//!
//! Starting from the centre of each answer's examples, a fixed number of passes of multi-class margin corrections (passive-aggressive; Crammer et al., JMLR
//! 2006) over the examples in a fixed order: an example whose answer does not lead its worst rival by enough moves both. Rivals are sought among all
//! answers in few passes, and remembered in the others. All in integers and in one order: same examples, same weights, on any machine.

use super::ranking::{ONE, VALUE};
use rayon::prelude::*;

/// One example.
pub struct Row {
    /// Its answer.
    pub answer: u32,
    /// Its features, each with its value; the norm of the values is [`VALUE`].
    pub values: Vec<(u32, i16)>,
}

/// Passes over the examples; their steps grow shorter.
const PASSES: usize = 8;
/// The passes before which rivals are sought anew.
const SEARCHES: [usize; 2] = [0, 2];
/// Rivals remembered for each example.
const RIVALS: usize = 16;
/// Wanted lead of the right answer.
const LEAD: i32 = ONE;
/// Longest step of one correction: longer ones follow the last examples.
const STEP_MAX: i32 = ONE / 4;

/// One row of weights a feature that occurs, one column an answer. Sixteen bits: products of 16 by 16 bits are what every processor does several at a time.
struct Table {
    answers: usize,
    row_of: Vec<u32>,
    weights: Vec<i16>,
}

impl Table {
    /// Where the row of a feature starts.
    fn at(&self, feature: u32) -> usize {
        self.row_of[feature as usize] as usize * self.answers
    }

    fn add(&mut self, feature: u32, answer: usize, step: i32) {
        let at = self.at(feature) + answer;
        self.weights[at] = self.weights[at].saturating_add(step as i16);
    }

    /// The score of an example's own answer, and its worst rival with the rival's score; ties by index.
    fn standing(&self, row: &Row, rivals: &[u32]) -> Option<(i32, u32, i32)> {
        let mut own = 0;
        let mut scores = [0i32; RIVALS];
        for &(f, v) in &row.values {
            let weights = &self.weights[self.at(f)..][..self.answers];
            own += i32::from(weights[row.answer as usize]) * i32::from(v);
            for (s, &a) in scores.iter_mut().zip(rivals) {
                *s += i32::from(weights[a as usize]) * i32::from(v);
            }
        }
        let (score, rival) = scores.into_iter().zip(rivals.iter().copied()).max_by_key(|&(s, a)| (s, std::cmp::Reverse(a)))?;
        Some((own, rival, score))
    }

    /// The answers that score best, the example's own left out; ties by index.
    fn rivals(&self, row: &Row, scores: &mut [i32]) -> Vec<u32> {
        scores.fill(0);
        for &(f, v) in &row.values {
            let at = self.at(f);
            for (s, w) in scores.iter_mut().zip(&self.weights[at..at + self.answers]) {
                *s += i32::from(*w) * i32::from(v);
            }
        }
        let mut order: Vec<u32> = (0..self.answers as u32).filter(|&a| a != row.answer).collect();
        let key = |a: &u32| (std::cmp::Reverse(scores[*a as usize]), *a);
        if order.len() > RIVALS {
            order.select_nth_unstable_by_key(RIVALS, key);
            order.truncate(RIVALS);
        }
        order.sort_unstable();
        order
    }
}

/// The weights of each feature below `features` that are not zero, by answer.
pub fn weights(rows: &[Row], features: usize, answers: usize) -> impl Iterator<Item = Vec<(u32, i32)>> {
    let table = learn(rows, features, answers);
    (0..features).map(move |f| {
        if table.row_of[f] == u32::MAX {
            return Vec::new();
        }
        let at = table.at(f as u32);
        (0..answers).filter(|a| table.weights[at + a] != 0).map(|a| (a as u32, i32::from(table.weights[at + a]))).collect()
    })
}

fn learn(rows: &[Row], features: usize, answers: usize) -> Table {
    let mut table = Table { answers, row_of: vec![u32::MAX; features], weights: Vec::new() };
    let mut used = 0u32;
    for &(f, _) in rows.iter().flat_map(|r| &r.values) {
        let row = &mut table.row_of[f as usize];
        if *row == u32::MAX {
            *row = used;
            used += 1;
        }
    }
    table.weights.resize(used as usize * answers, 0);
    let mut sizes = vec![0i32; answers];
    for r in rows {
        sizes[r.answer as usize] += 1;
    }
    for r in rows {
        for &(f, v) in &r.values {
            table.add(f, r.answer as usize, i32::from(v) * 4 / sizes[r.answer as usize]);
        }
    }
    // A fixed shuffle: the examples of one answer are spread.
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&i| (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut rivals: Vec<Vec<u32>> = Vec::new();
    // An example that stood well rests for two passes, then four.
    let mut rests = vec![(0u8, 1u8); rows.len()];
    for pass in 0..PASSES {
        if SEARCHES.contains(&pass) {
            rivals = rows.par_iter().map_init(|| vec![0i32; answers], |scores, r| table.rivals(r, scores)).collect();
        }
        let mut quiet = true;
        for &i in &order {
            let (rest, next) = &mut rests[i];
            if *rest > 0 {
                *rest -= 1;
                continue;
            }
            let Some((own, rival, best)) = table.standing(&rows[i], &rivals[i]) else { continue };
            let loss = LEAD - (own - best) / VALUE;
            if loss <= 0 {
                *rest = *next * 2;
                *next = (*next * 2).min(4);
                continue;
            }
            quiet = false;
            *next = 1;
            // Values have norm VALUE: the exact step would be loss / 2 on each side.
            let step = (loss / 2).min(STEP_MAX) * (PASSES as i32 - pass as i32) / PASSES as i32;
            for &(f, v) in &rows[i].values {
                let d = i32::from(v) * step / VALUE;
                table.add(f, rows[i].answer as usize, d);
                table.add(f, rival as usize, -d);
            }
        }
        if quiet {
            break;
        }
    }
    table
}
