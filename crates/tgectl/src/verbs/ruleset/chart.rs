//! The diagrams of an evaluation as one SVG: reliability, precision by recall, F1 with found, missed and false by group, what
//! look-alikes are taken for launches.

use std::fmt::Write as _;

use tge_detect::learn::{Group, Report};

const SIDE: f64 = 300.0;
const GAP: f64 = 60.0;

/// Height of a row of bars.
const STEP: f64 = 14.0;

/// The diagrams. Widths and colours are fixed, so that two of them can be laid over each other.
pub(super) fn svg(report: &Report) -> String {
    let group = |(name, g): (&String, &Group)| {
        let (missed, wrong) = (g.positive - g.found, g.alarms - g.found);
        // Where nothing is to be found there is no such share.
        let share = if g.positive == 0 { "-".to_owned() } else { format!("{:.2}", g.f1) };
        (format!("{} {share}: found {}, missed {missed}, false {wrong}", escaped(name), g.found), g.f1)
    };
    let groups: Vec<(String, f64)> = report.groups.iter().map(group).collect();
    let class = |(class, &(all, wrong)): (&String, &(usize, usize))| {
        (format!("{} {wrong} of {all}", escaped(class)), wrong as f64 / all.max(1) as f64)
    };
    let classes: Vec<(String, f64)> = report.classes.iter().map(class).collect();
    let tall = SIDE.max(groups.len().max(classes.len()) as f64 * STEP);
    let (width, height) = (4.0 * (SIDE + GAP) + GAP, tall + 2.0 * GAP);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"11\">\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    let reliability: Vec<(f64, f64)> = report.bins.iter().map(|b| (b.predicted, b.observed)).collect();
    let error = report.calibration_error;
    frame(&mut svg, 0, &format!("reliability, calibration error {error:.3}"), "probability said", "share of launches");
    line(&mut svg, 0, &[(0.0, 0.0), (1.0, 1.0)], "#bbb", false);
    line(&mut svg, 0, &reliability, "#06c", true);
    let area = report.average_precision;
    frame(&mut svg, 1, &format!("precision by recall, average {area:.3}"), "recall", "precision");
    line(&mut svg, 1, &report.curve, "#06c", true);
    bars(&mut svg, 2, &format!("F1 by group, all {:.3}", report.all.f1), &groups, "#9cf");
    bars(&mut svg, 3, "look-alikes taken for launches", &classes, "#fb9");
    svg.push_str("</svg>\n");
    svg
}

/// What somebody wrote into a column of labels, as text of the diagram.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A bar for each row from the left, as long as its share, with its name in it.
fn bars(svg: &mut String, place: usize, title: &str, rows: &[(String, f64)], colour: &str) {
    let x = left(place);
    put(svg, format_args!("<text x=\"{x}\" y=\"{}\" font-weight=\"bold\">{title}</text>", GAP - 12.0));
    for (i, (name, share)) in rows.iter().enumerate() {
        let y = GAP + i as f64 * STEP;
        let (bar, height, middle) = (share * SIDE, STEP * 0.85, y + STEP * 0.75);
        put(svg, format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{SIDE}\" height=\"{height}\" fill=\"#f4f4f4\"/>"));
        put(svg, format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{bar:.1}\" height=\"{height}\" fill=\"{colour}\"/>"));
        put(svg, format_args!("<text x=\"{:.1}\" y=\"{middle}\">{name}</text>\n", x + 4.0));
    }
}

fn left(place: usize) -> f64 {
    GAP + place as f64 * (SIDE + GAP)
}

fn frame(svg: &mut String, place: usize, title: &str, across: &str, up: &str) {
    let (x, bottom) = (left(place), GAP + SIDE);
    put(
        svg,
        format_args!("<rect x=\"{x}\" y=\"{GAP}\" width=\"{SIDE}\" height=\"{SIDE}\" fill=\"none\" stroke=\"#444\"/>"),
    );
    put(svg, format_args!("<text x=\"{x}\" y=\"{}\" font-weight=\"bold\">{title}</text>", GAP - 12.0));
    put(svg, format_args!("<text x=\"{}\" y=\"{}\">{across}</text>", x + SIDE / 2.0 - 30.0, bottom + 30.0));
    put(svg, format_args!("<text x=\"{x}\" y=\"{}\">up: {up}</text>\n", bottom + 46.0));
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (at, level) = (x + share * SIDE, bottom - share * SIDE);
        put(svg, format_args!("<path d=\"M{at} {bottom}v4\" stroke=\"#444\"/>"));
        put(svg, format_args!("<text x=\"{at}\" y=\"{}\" text-anchor=\"middle\">{share}</text>", bottom + 15.0));
        put(svg, format_args!("<path d=\"M{x} {level}h-4\" stroke=\"#444\"/>"));
        put(svg, format_args!("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{share}</text>", x - 6.0, level + 4.0));
    }
}

fn line(svg: &mut String, place: usize, points: &[(f64, f64)], colour: &str, dots: bool) {
    let at = |(x, y): (f64, f64)| (left(place) + x * SIDE, GAP + (1.0 - y) * SIDE);
    let path: Vec<String> = points.iter().map(|&p| at(p)).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    put(svg, format_args!("<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\"/>\n", path.join(" ")));
    for (x, y) in points.iter().filter(|_| dots).map(|&p| at(p)) {
        put(svg, format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"));
    }
}

fn put(svg: &mut String, what: std::fmt::Arguments<'_>) {
    let written = svg.write_fmt(what);
    debug_assert!(written.is_ok(), "a String takes all");
}
