package io.hawser.bench.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where figures go: tables for people on standard output, or one JSON object last. Progress goes to standard error. */
public final class Output {
    /** The forms of the figures. */
    public enum Format {
        text,
        json
    }

    @Option(names = "-o", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: text)")
    private Format format = Format.text;

    public void progress(String line) {
        System.err.println(line);
    }

    /** Prints the tables, or the object. */
    public void figures(Map<String, Object> object, Table... tables) {
        PrintStream out = System.out;
        if (format == Format.json) {
            out.println(json(object));
            return;
        }
        for (Table table : tables) {
            table.print(out);
        }
    }

    private static String json(Map<String, Object> object) {
        try {
            return new ObjectMapper().writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("figures are maps, lists, numbers and text", e);
        }
    }
}
