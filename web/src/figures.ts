// Pictures of tensors: an image where the shape is one, bars otherwise.

import type { PublicTensor } from "../../js/src/core.js";
import { decimal, h, svg } from "./dom.js";

const MOST_BARS = 512;

/** A picture of the tensor's values; undefined where there is nothing to see. */
export function picture(tensor: PublicTensor): HTMLElement | undefined {
  const values = numbers(tensor);
  if (values === undefined || values.length < 2) return undefined;
  const image = imageShape(tensor.shape);
  return image && image.height * image.width * image.channels === values.length
    ? figure(drawImage(values, image), `${tensor.name} as an image`, values)
    : figure(drawBars(values), `${tensor.name} as bars`, values);
}

function numbers({ content, values }: PublicTensor): number[] | undefined {
  if (content !== "elements" || values === null) return undefined;
  const all = values.map(({ value, integer }) => value ?? (integer === null ? Number.NaN : Number(integer)));
  return all.every(Number.isFinite) ? all : undefined;
}

interface Image {
  channels: number;
  height: number;
  width: number;
}

/** [1, 28, 28], [1, 1, 28, 28] and [1, 3, 32, 32] are images; [1, 10] and [2, 3, 3] are none. */
function imageShape(shape: readonly number[]): Image | undefined {
  const core = shape.slice(shape.findIndex((size) => size !== 1));
  const [first = 0, second = 0, third] = core;
  const image =
    third === undefined
      ? { channels: 1, height: first, width: second }
      : first === 3
        ? { channels: 3, height: second, width: third }
        : undefined;
  return core.length <= 3 && image && image.height >= 4 && image.width >= 4 ? image : undefined;
}

/** The least and the largest; in a loop, as a function takes no hundred thousand arguments. */
function extremes(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function figure(drawing: Element, label: string, values: readonly number[]): HTMLElement {
  const [low, high] = extremes(values);
  const largest = values.indexOf(high);
  const words = `${values.length} values from ${decimal(low)} to ${decimal(high)}; the largest is element ${largest}`;
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", `${label}: ${words}`);
  return h("figure", {}, drawing as HTMLElement, h("figcaption", {}, `${words}.`));
}

function drawImage(values: readonly number[], { channels, height, width }: Image): HTMLCanvasElement {
  const canvas = h("canvas", { width, height, class: "image" }) as HTMLCanvasElement;
  const context = canvas.getContext("2d");
  const pixels = context?.createImageData(width, height);
  if (!context || !pixels) return canvas;
  const [low, high] = extremes(values);
  const range = high - low || 1;
  const size = width * height;
  for (let i = 0; i < size; i++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = values[channels === 3 ? channel * size + i : i] ?? low;
      pixels.data[4 * i + channel] = Math.round((255 * (value - low)) / range);
    }
    pixels.data[4 * i + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

function drawBars(all: readonly number[]): SVGElement {
  const values = all.slice(0, MOST_BARS);
  const top = Math.max(0, ...values);
  const bottom = Math.min(0, ...values);
  const range = top - bottom || 1;
  const [width, height] = [600, 120];
  const step = width / Math.max(values.length, 8);
  const y = (value: number) => ((top - value) / range) * height;
  const largest = values.indexOf(Math.max(...values));
  const bars = values.map((value, index) =>
    svg(
      "rect",
      {
        x: index * step + step * 0.1,
        y: Math.min(y(value), y(0)),
        width: step * 0.8,
        height: Math.max(Math.abs(y(value) - y(0)), 1),
        rx: Math.min(2, step * 0.2),
        class: index === largest ? "bar most" : "bar",
      },
      svg("title", {}, `element ${index}: ${decimal(value)}`),
    ),
  );
  const used = Math.max(step * values.length, 1);
  const zero = svg("line", { x1: 0, x2: used, y1: y(0), y2: y(0), class: "zero" });
  return svg("svg", { viewBox: `-2 -2 ${width + 4} ${height + 4}`, class: "bars" }, ...bars, zero);
}
