package io.hawser.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A run of the bench, with what it printed. */
public record CapturedRun(int exitCode, List<String> lines) {
    public CapturedRun {
        lines = List.copyOf(lines);
    }

    /** Runs {@code bench} with these arguments in this process. */
    public static CapturedRun of(String... args) {
        PrintStream standard = System.out;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Bench.run(args);
            return new CapturedRun(
                    exitCode, captured.toString(StandardCharsets.UTF_8).lines().toList());
        } finally {
            System.setOut(standard);
        }
    }

    /** The JSON object that is printed last. */
    public JsonNode lastLine() {
        try {
            return new ObjectMapper().readTree(lines.getLast());
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON object: " + lines.getLast(), e);
        }
    }
}
