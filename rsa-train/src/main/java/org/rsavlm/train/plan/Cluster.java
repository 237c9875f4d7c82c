package org.rsavlm.train.plan;

import java.util.List;
import org.rsavlm.core.UserException;

/**
 * What a plan must know of the machines.
 *
 * @param name as it was asked for
 * @param teraflops a GPU's peak, 10^12 dense bfloat16 operations a second
 * @param gigabytes a GPU's memory, 10^9 bytes
 * @param gpusPerNode GPUs joined by the fast link
 * @param linkGigabytes 10^9 bytes a second that a GPU sends to others of its node
 * @param networkGigabytes 10^9 bytes a second that a node sends to others, over all its adapters
 */
public record Cluster(
    String name,
    double teraflops,
    double gigabytes,
    int gpusPerNode,
    double linkGigabytes,
    double networkGigabytes) {

  /**
   * The presets: NVIDIA's data sheets for peak (dense; the sheets also print twice as much with
   * sparsity), memory and NVLink (half of the sheets' figure, which adds both directions), and the
   * adapters of a DGX for the network: eight of 200 Gb/s (DGX A100) or of 400 Gb/s (DGX H100,
   * H200).
   */
  public static final List<Cluster> PRESETS =
      List.of(
          new Cluster("a100-80", 312, 80, 8, 300, 200),
          new Cluster("h100", 989.4, 80, 8, 450, 400),
          new Cluster("h200", 989.4, 141, 8, 450, 400));

  /** Checks that all values are above 0. */
  public Cluster {
    positive("--teraflops", teraflops);
    positive("--gpu-memory", gigabytes);
    positive("--gpus-per-node", gpusPerNode);
    positive("--link", linkGigabytes);
    positive("--network", networkGigabytes);
  }

  private static void positive(String option, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new UserException(option, "is " + value, "it must be above 0");
    }
  }

  /**
   * Returns a preset.
   *
   * @throws UserException if there is none of the name
   */
  public static Cluster preset(String name) {
    return PRESETS.stream()
        .filter(preset -> preset.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserException(
                    "--cluster",
                    "there is no '" + name + "'",
                    "take one of "
                        + String.join(", ", PRESETS.stream().map(Cluster::name).toList())
                        + ", and change its values by options"));
  }

  /** Returns a GPU's operations a second at its peak. */
  public double peak() {
    return teraflops * 1e12;
  }

  /** Returns a GPU's memory in bytes. */
  public double memory() {
    return gigabytes * 1e9;
  }

  /**
   * Returns the bytes a second that a ring through so many GPUs carries. A ring enters and leaves a
   * node once, so that over nodes all of a node's adapters serve one ring's traffic.
   */
  public double ring(int gpus) {
    double slowest =
        gpus <= gpusPerNode ? linkGigabytes : Math.min(linkGigabytes, networkGigabytes);
    return slowest * 1e9;
  }
}
