package org.rsavlm.core.io;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Words for the faults of a file system, whose exceptions often hold nothing but a path. */
public final class FileFaults {

  private FileFaults() {}

  /**
   * Tells what went wrong.
   *
   * @param fault the exception of a file operation
   * @return a few words in lower case, such as {@code no such file or directory}
   */
  public static String describe(IOException fault) {
    if (fault instanceof NoSuchFileException || fault instanceof FileNotFoundException) {
      return "no such file or directory";
    }
    if (fault instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (fault instanceof NotDirectoryException) {
      return "not a directory";
    }
    if (fault instanceof FileAlreadyExistsException) {
      return "a file of this name is in the way";
    }
    if (fault instanceof DirectoryNotEmptyException) {
      return "a directory that is not empty is in the way";
    }
    String message = fault.getMessage();
    if (fault instanceof FileSystemException system && system.getReason() != null) {
      message = system.getReason();
    }
    return message == null || message.isBlank() ? fault.getClass().getSimpleName() : message;
  }
}
