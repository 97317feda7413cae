package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How each command tells its result: one document for programs, or a table for people. */
final class Output {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            description = "For people, or for programs (default: ${DEFAULT-VALUE}).")
    private Form form = Form.TABLE;

    /** In which form a command writes. */
    enum Form {
        TABLE,
        JSON;

        /** Returns it as it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Prints the one or the other. */
    void print(JsonNode json, Consumer<PrintWriter> table) {
        PrintWriter out = out();
        switch (form) {
            case TABLE -> table.accept(out);
            case JSON -> out.println(json);
        }
        out.flush();
    }

    /** Tells a person at once how far it is; programs wait for the document. */
    void progress(String line) {
        if (form == Form.TABLE) {
            out().println(line);
            out().flush();
        }
    }

    private PrintWriter out() {
        CommandSpec here = spec;
        if (here == null) {
            throw new IllegalStateException("not called through picocli");
        }
        return here.commandLine().getOut();
    }
}
