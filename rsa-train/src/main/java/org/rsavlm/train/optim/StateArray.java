package org.rsavlm.train.optim;

/**
 * The name of an array of optimiser state: {@code PARAMETER.KIND} for all elements of a parameter,
 * {@code PARAMETER.KIND@FROM} for those from one on, in row-major order.
 *
 * @param whole {@code PARAMETER.KIND}
 * @param from first element
 */
public record StateArray(String whole, long from) {

  /** The first moment. */
  static final String FIRST = ".exp_avg";

  /** The second moment. */
  static final String SECOND = ".exp_avg_sq";

  /** How many steps a parameter took part in; a single number, always whole. */
  static final String STEP = ".step";

  /** The float32 copy of a narrower parameter. */
  static final String MASTER = ".master";

  /** Reads a name. */
  public static StateArray parse(String name) {
    int at = name.lastIndexOf('@');
    if (at < 0 || !name.substring(at + 1).matches("\\d{1,18}")) {
      return new StateArray(name, 0);
    }
    return new StateArray(name.substring(0, at), Long.parseLong(name.substring(at + 1)));
  }

  /** Returns the name of a part. */
  static String part(String parameter, String kind, long from) {
    return parameter + kind + "@" + from;
  }
}
