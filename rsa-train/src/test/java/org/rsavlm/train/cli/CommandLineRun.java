package org.rsavlm.train.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Runs the command line in this process and keeps what it prints. */
record CommandLineRun(int status, String out, String err) {

  static CommandLineRun of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    PrintWriter outWriter = new PrintWriter(out);
    PrintWriter errWriter = new PrintWriter(err);
    int status = Rsa.run(outWriter, errWriter, args);
    outWriter.flush();
    errWriter.flush();
    return new CommandLineRun(status, out.toString(), err.toString());
  }
}
