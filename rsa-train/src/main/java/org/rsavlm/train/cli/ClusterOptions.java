package org.rsavlm.train.cli;

import org.jspecify.annotations.Nullable;
import org.rsavlm.train.plan.Cluster;
import picocli.CommandLine.Option;

/** The options that describe a cluster; mix them in. */
final class ClusterOptions {

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "a100-80, h100 or h200; single values by the options below (${DEFAULT-VALUE})")
  private String name = "a100-80";

  @Option(
      names = "--teraflops",
      paramLabel = "N",
      description = "a GPU's dense bfloat16 peak, TFLOP/s")
  private @Nullable Double teraflops;

  @Option(names = "--gpu-memory", paramLabel = "GB", description = "a GPU's memory")
  private @Nullable Double memory;

  @Option(names = "--gpus-per-node", paramLabel = "N", description = "GPUs of a node")
  private @Nullable Integer perNode;

  @Option(
      names = "--link",
      paramLabel = "GB/S",
      description = "what a GPU sends to others of its node")
  private @Nullable Double link;

  @Option(
      names = "--network",
      paramLabel = "GB/S",
      description = "what a node sends to others, all adapters together (100 Gb/s are 12.5 GB/s)")
  private @Nullable Double network;

  /** The preset with the values stated. */
  Cluster cluster() {
    Cluster preset = Cluster.preset(name);
    return new Cluster(
        name,
        teraflops == null ? preset.teraflops() : teraflops,
        memory == null ? preset.gigabytes() : memory,
        perNode == null ? preset.gpusPerNode() : perNode,
        link == null ? preset.linkGigabytes() : link,
        network == null ? preset.networkGigabytes() : network);
  }
}
