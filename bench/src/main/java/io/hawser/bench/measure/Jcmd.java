package io.hawser.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Asks another JVM of this machine and user. */
final class Jcmd {
    private Jcmd() {}

    /**
     * Returns what the JVM says.
     *
     * @throws BenchException where it does not answer, or there is no JDK
     */
    static String ask(long pid, String... question) {
        String program = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        List<String> command = new ArrayList<>(List.of(program, Long.toString(pid)));
        command.addAll(List.of(question));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchException("jcmd " + pid + " " + String.join(" ", question) + ": " + said.strip());
            }
            return said;
        } catch (IOException e) {
            throw new BenchException("cannot run " + program + " (expected: a JDK)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
