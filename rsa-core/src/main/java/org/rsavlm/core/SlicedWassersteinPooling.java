package org.rsavlm.core;

import ai.djl.ndarray.NDArray;
import java.util.Random;
import org.rsavlm.core.torch.Tensors;

/**
 * Embeds a sample's set of tokens so that the Euclidean distance of two embeddings is the sliced
 * 2-Wasserstein distance of the two sets (Bonneel et al., 2015).
 *
 * <p>The tokens are projected on random directions; on a line, the Wasserstein distance is the
 * distance between quantile functions. The paper's Appendix J leaves Wasserstein distances open.
 * Each side of the loss has its own directions, since dimensions differ.
 *
 * <pre>{@code
 * var vision = new SlicedWassersteinPooling(1152, 64, 32, seed);
 * var text = new SlicedWassersteinPooling(896, 64, 32, seed);
 * rsa.compute(vision.pool(imageTokens), text.pool(captionTokens));
 * }</pre>
 */
public final class SlicedWassersteinPooling {

  private final int dimension;
  private final int directions;
  private final int quantiles;
  private final double[] matrix;

  /**
   * Draws the directions.
   *
   * @param dimension d of the tokens
   * @param directions number of lines, at least 1; the error falls with its square root
   * @param quantiles points at which a quantile function is taken, at least 1
   * @param seed draws the directions
   */
  public SlicedWassersteinPooling(int dimension, int directions, int quantiles, long seed) {
    if (dimension < 1 || directions < 1 || quantiles < 1) {
      throw new IllegalArgumentException(
          "dimension "
              + dimension
              + ", directions "
              + directions
              + " and quantiles "
              + quantiles
              + " must each be at least 1");
    }
    this.dimension = dimension;
    this.directions = directions;
    this.quantiles = quantiles;
    this.matrix = unitColumns(dimension, directions, new Random(seed));
  }

  private static double[] unitColumns(int rows, int columns, Random random) {
    double[] matrix = new double[rows * columns];
    for (int c = 0; c < columns; c++) {
      double square = 0;
      for (int r = 0; r < rows; r++) {
        double value = random.nextGaussian();
        matrix[r * columns + c] = value;
        square += value * value;
      }
      for (int r = 0; r < rows; r++) {
        matrix[r * columns + c] /= Math.sqrt(square);
      }
    }
    return matrix;
  }

  /**
   * Embeds each sample's tokens.
   *
   * @param tokens [N, T, d]
   * @return [N, quantiles x directions], differentiable
   */
  public NDArray pool(NDArray tokens) {
    TokenPooling.checkRank(tokens, 3, "[N, T, d]");
    if (tokens.getShape().get(2) != dimension) {
      throw new IllegalArgumentException(
          "tokens have " + tokens.getShape().get(2) + " dimensions, the directions " + dimension);
    }
    try (NDArray lines = Tensors.of(tokens.getManager(), matrix, dimension, directions)) {
      return TokenPooling.script()
          .call(tokens.getManager(), "sliced_quantiles", tokens, lines, quantiles)
          .singletonOrThrow();
    }
  }
}
