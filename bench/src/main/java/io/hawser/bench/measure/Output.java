package io.hawser.bench.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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

    @Option(names = "--html", paramLabel = "FILE", description = "Writes the figures and plots as one page, too.")
    private @Nullable Path html;

    private @Nullable Path page;

    /** Has the page written there, unless another file was asked for: if it cannot be, that is told, and is no failure. */
    public void pageAt(Path file) {
        page = file;
    }

    public void progress(String line) {
        System.err.println(line);
    }

    /** Prints the report, and writes its page where one is wanted. */
    public void report(Report report) {
        print(report.figures(), report.tables());
        Path asked = html;
        Path byDefault = page;
        if (asked != null) {
            writeAsked(asked, Page.of(report));
        } else if (byDefault != null) {
            writeByDefault(byDefault, Page.of(report));
        }
    }

    private static void writeAsked(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new BenchException("--html: cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private void writeByDefault(Path file, String text) {
        try {
            Files.writeString(file, text);
            progress("figures and plots are in " + file);
        } catch (IOException e) {
            progress("no page of figures and plots: " + file + " cannot be written: " + e.getMessage());
        }
    }

    private void print(Map<String, Object> object, List<Table> tables) {
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
