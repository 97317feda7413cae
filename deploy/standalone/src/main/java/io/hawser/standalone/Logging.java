package io.hawser.standalone;

import java.util.List;

/** Which of the log configurations on the class path holds; to be said before the first logger is made. */
final class Logging {
    private Logging() {}

    /**
     * {@code up} and {@code cluster up} write a file in their data directory, an agent tells on standard error what it does;
     * others only warn there.
     */
    static void ofCommand(String... words) {
        List<String> command = List.of(words);
        boolean up = command.indexOf("up") == 0 || (command.indexOf("cluster") == 0 && command.contains("up"));
        boolean agent = command.indexOf("agent") == 0 && command.contains("--config");
        if (!agent) {
            System.setProperty("logback.configurationFile", up ? "logback-up.xml" : "logback-command.xml");
        }
    }
}
