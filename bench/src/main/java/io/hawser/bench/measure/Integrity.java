package io.hawser.bench.measure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whether all that was accepted came, once, and in its order: what holds whatever the load. Where it does not, the figures
 * are told all the same, and the command fails.
 *
 * @param missing accepted, and not there when the phase was given up
 */
public record Integrity(long missing, long repeated, long outOfOrder) {
    /** Exit code of a run whose figures are good for nothing but to look for the fault. */
    public static final int BROKEN = 3;

    public Integrity and(Integrity other) {
        return new Integrity(missing + other.missing, repeated + other.repeated, outOfOrder + other.outOfOrder);
    }

    /** Of all of these together. */
    public static Integrity of(Stream<Integrity> phases) {
        return phases.reduce(new Integrity(0, 0, 0), Integrity::and);
    }

    public boolean isWhole() {
        return missing == 0 && repeated == 0 && outOfOrder == 0;
    }

    /** The exit code of a command that found this; says what is wrong. */
    public int exitCode(Output output) {
        if (isWhole()) {
            return 0;
        }
        output.progress("bench: " + text() + " (expected: none of them)");
        return BROKEN;
    }

    public String text() {
        return "%,d missing, %,d repeated, %,d out of order".formatted(missing, repeated, outOfOrder);
    }

    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("missing", missing);
        figures.put("repeated", repeated);
        figures.put("outOfOrder", outOfOrder);
        return figures;
    }
}
