package org.rsavlm.train.demo;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/**
 * Coverage of a shape on a square of pixels: 0 outside to 255 inside, row-major.
 *
 * <p>Coverage is counted on 8 x 8 points a pixel with Java2D's geometry, and not taken from its
 * rasteriser, whose edges may differ between JDKs: inside tests of Java 17's strict double
 * arithmetic are the same everywhere.
 */
record ShapeMask(int side, int[] coverage) {

  private static final int POINTS = 8;

  /** Returns the mask of a shape of the given diameter in pixels, shrunk to {@code scale} of it. */
  static ShapeMask of(Scene.Shape shape, int diameter, double scale) {
    double half = diameter / 2.0;
    AffineTransform place = AffineTransform.getTranslateInstance(half, half);
    place.scale(half * scale, half * scale);
    Shape outline = place.createTransformedShape(unit(shape));
    int[] coverage = new int[diameter * diameter];
    for (int y = 0; y < diameter; y++) {
      for (int x = 0; x < diameter; x++) {
        int inside = 0;
        for (int point = 0; point < POINTS * POINTS; point++) {
          double px = x + (point % POINTS + 0.5) / POINTS;
          double py = y + (point / POINTS + 0.5) / POINTS;
          inside += outline.contains(px, py) ? 1 : 0;
        }
        coverage[y * diameter + x] = inside * 255 / (POINTS * POINTS);
      }
    }
    return new ShapeMask(diameter, coverage);
  }

  /** The shape within the square from -1 to 1, y pointing down. */
  private static Shape unit(Scene.Shape shape) {
    return switch (shape) {
      case CIRCLE -> disc(0, 0, 0.98);
      case SQUARE -> new Rectangle2D.Double(-0.88, -0.88, 1.76, 1.76);
      case TRIANGLE -> polygon(0, -1, 1, 0.9, -1, 0.9);
      case DIAMOND -> polygon(0, -1, 0.72, 0, 0, 1, -0.72, 0);
      case STAR -> star();
      case CROSS ->
          polygon(
              -0.34, -1, 0.34, -1, 0.34, -0.34, 1, -0.34, 1, 0.34, 0.34, 0.34, 0.34, 1, -0.34, 1,
              -0.34, 0.34, -1, 0.34, -1, -0.34, -0.34, -0.34);
      case HEART -> heart();
      case RING -> {
        Area ring = new Area(disc(0, 0, 1));
        ring.subtract(new Area(disc(0, 0, 0.5)));
        yield ring;
      }
    };
  }

  private static Shape disc(double x, double y, double radius) {
    return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  private static Shape star() {
    double[] points = new double[20];
    for (int i = 0; i < 10; i++) {
      double radius = i % 2 == 0 ? 1.05 : 0.45;
      double angle = Math.PI * i / 5;
      points[2 * i] = radius * StrictMath.sin(angle);
      points[2 * i + 1] = 0.06 - radius * StrictMath.cos(angle);
    }
    return polygon(points);
  }

  private static Shape heart() {
    Path2D path = new Path2D.Double();
    path.moveTo(0, 0.95);
    path.curveTo(-0.6, 0.45, -1, 0.05, -1, -0.35);
    path.curveTo(-1, -1.05, -0.2, -1.1, 0, -0.45);
    path.curveTo(0.2, -1.1, 1, -1.05, 1, -0.35);
    path.curveTo(1, 0.05, 0.6, 0.45, 0, 0.95);
    path.closePath();
    return path;
  }

  private static Shape polygon(double... points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points[0], points[1]);
    for (int i = 2; i < points.length; i += 2) {
      path.lineTo(points[i], points[i + 1]);
    }
    path.closePath();
    return path;
  }
}
