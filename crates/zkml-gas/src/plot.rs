//! Time against gas, as an SVG: every point must lie below the line of the target rate.

use crate::report::Report;
use anyhow::{Result, anyhow};
use plotters::prelude::*;

const SIZE: (u32, u32) = (960, 640);
const CIRCUIT: RGBColor = RGBColor(0x1f, 0x77, 0xb4);
const FAMILY: RGBColor = RGBColor(0xd6, 0x27, 0x28);
const KEY_ALONE: RGBColor = RGBColor(0xff, 0x9a, 0x3c);
const PRECOMPILE: RGBColor = RGBColor(0x2c, 0xa0, 0x2c);

/// Draws a calibration: circuits, families (whole call, and key alone), the EVM's precompiles, and the
/// target rate. Both axes are logarithmic.
///
/// # Errors
/// The drawing library fails.
pub fn plot(report: &Report) -> Result<String> {
    let mut svg = String::new();
    draw(report, &mut svg).map_err(|error| anyhow!("drawing the plot: {error}"))?;
    Ok(svg)
}

fn draw(report: &Report, svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let schedule = &report.in_force;
    let whole = |adversarial: bool| -> Vec<(f64, f64)> {
        let samples = report.samples.iter();
        samples
            .filter(|s| s.is_adversarial() == adversarial)
            .map(|s| (s.gas(schedule) as f64, s.cold.minimum))
            .collect()
    };
    let key_alone: Vec<(f64, f64)> = report
        .samples
        .iter()
        .filter(|s| s.is_adversarial())
        .map(|s| (s.key_only_gas(schedule) as f64, s.key_only.minimum))
        .collect();
    let precompiles: Vec<(f64, f64)> = report
        .yardsticks
        .iter()
        .map(|(_, gas, timing)| (*gas as f64, timing.minimum))
        .collect();
    let series = [
        ("circuits (fixtures), cold", CIRCUIT, whole(false)),
        ("adversarial keys, cold", FAMILY, whole(true)),
        ("adversarial keys alone, no proof", KEY_ALONE, key_alone),
        ("the EVM's own precompiles", PRECOMPILE, precompiles),
    ];
    let all = || series.iter().flat_map(|(_, _, points)| points);
    let most_gas = all().map(|p| p.0).fold(1e6, f64::max) * 1.5;
    let most_time = all().map(|p| p.1).fold(1e4, f64::max) * 1.5;
    let least_time = all().map(|p| p.1).fold(1e1, f64::min) / 1.5;
    let least_gas = all().map(|p| p.0).fold(1e3, f64::min) / 1.5;

    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("Time against gas", ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(
            (least_gas..most_gas).log_scale(),
            (least_time..most_time).log_scale(),
        )?;
    chart
        .configure_mesh()
        .x_desc("gas")
        .y_desc("µs of processor time")
        .x_label_formatter(&|gas| short(*gas))
        .y_label_formatter(&|time| short(*time))
        .light_line_style(BLACK.mix(0.04))
        .bold_line_style(BLACK.mix(0.12))
        .draw()?;
    let target = report.fit.target;
    let least = (least_gas / target).max(least_time);
    let most = (most_gas / target).min(most_time);
    let line = [(least * target, least), (most * target, most)];
    chart
        .draw_series(LineSeries::new(line, BLACK.stroke_width(2)))?
        .label(format!("{target:.0} Mgas/s"))
        .legend(|(x, y)| PathElement::new([(x, y), (x + 16, y)], BLACK.stroke_width(2)));
    for (name, colour, points) in series {
        let dot = move |at| Circle::new(at, 4, colour.filled());
        chart
            .draw_series(points.into_iter().map(dot))?
            .label(name)
            .legend(move |(x, y)| Circle::new((x + 8, y), 4, colour.filled()));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.9))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    root.present()?;
    Ok(())
}

/// 150000 as 150k.
fn short(value: f64) -> String {
    if value >= 1e6 {
        format!("{}M", value / 1e6)
    } else if value >= 1e3 {
        format!("{}k", value / 1e3)
    } else {
        format!("{value}")
    }
}
