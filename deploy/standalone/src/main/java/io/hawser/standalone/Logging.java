package io.hawser.standalone;

/** Which of the log configurations on the class path holds; to be said before the first logger is made. */
final class Logging {
    private Logging() {}

    /** {@code up} writes a file in its data directory; others only warn, on standard error. */
    static void ofCommand(String command) {
        String configuration = command.equals("up") ? "logback-up.xml" : "logback-command.xml";
        System.setProperty("logback.configurationFile", configuration);
    }
}
