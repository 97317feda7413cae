package io.hawser.standalone.command;

/** How a command prints its result; named as on the command line. */
public enum OutputFormat {
    text,
    json
}
