/** How fast a figure grows: the slope of the line of least squares. */

export interface Point {
  readonly minute: number;
  readonly value: number;
}

/** Growth by the minute; 0 where there are less than two points. */
export function slopeOf(points: readonly Point[]): number {
  if (points.length < 2) return 0;
  const mean = (pick: (point: Point) => number): number =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [minute, value] = [mean((point) => point.minute), mean((point) => point.value)];
  let above = 0;
  let below = 0;
  for (const point of points) {
    above += (point.minute - minute) * (point.value - value);
    below += (point.minute - minute) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
