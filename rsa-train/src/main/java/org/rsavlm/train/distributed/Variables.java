package org.rsavlm.train.distributed;

import java.util.Map;
import org.rsavlm.core.UserException;

/** Environment variables with checked values. */
record Variables(Map<String, String> environment) {

  /** Returns a number within bounds. */
  int number(String name, int least, int most) {
    String text = text(name);
    int value;
    try {
      value = Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      throw new UserException(name, "'" + text + "' is no number", "let the launcher set it", e);
    }
    if (value < least || value > most) {
      throw new UserException(
          name,
          "is " + value + "; it must be between " + least + " and " + most,
          "let one launcher set all of them, and unset what an outer one left");
    }
    return value;
  }

  /** Returns a variable that must be there. */
  String text(String name) {
    String text = environment.get(name);
    if (text == null || text.isBlank()) {
      throw new UserException(
          name,
          "is not set",
          "start with mpirun, srun or torchrun, or set RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR"
              + " and MASTER_PORT on every rank");
    }
    return text;
  }
}
