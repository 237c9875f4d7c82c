package org.rsavlm.train.run;

import ai.djl.Device;
import ai.djl.engine.Engine;
import org.rsavlm.core.UserException;
import org.rsavlm.train.distributed.RankIdentity;

/** The device that a recipe names, of a rank. */
public final class TrainingDevice {

  private TrainingDevice() {}

  /**
   * Returns a rank's device: with {@code auto}, each rank of a machine has the next GPU.
   *
   * @param name {@code auto}, {@code cpu} or {@code cuda:N}
   * @throws UserException if it is not there
   */
  public static Device of(String name, RankIdentity identity) {
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    int count = Engine.getEngine("PyTorch").getGpuCount();
    if (name.equals("auto")) {
      return count > 0 ? Device.gpu(identity.gpu(count)) : Device.cpu();
    }
    int index = Integer.parseInt(name.substring(name.indexOf(':') + 1));
    if (index >= count) {
      throw new UserException(
          "device",
          name + " is not there: " + count + " CUDA devices are usable",
          "see rsa doctor, or set device: cpu");
    }
    if (identity.world() > 1) {
      throw new UserException(
          "device",
          name + " is one device for " + identity.world() + " ranks",
          "set device: auto, which gives each rank its own");
    }
    return Device.gpu(index);
  }
}
