package io.hawser.standalone.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;

/** Standard output, a line at a time: whoever reads it through a pipe has a line as soon as it was printed. */
public final class Output {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream out;

    public Output(PrintStream out) {
        this.out = out;
    }

    public void line(String text) {
        synchronized (out) {
            out.println(text);
            out.flush();
        }
    }

    /** Prints the value (a record, a map, a tree) as one line of JSON. */
    public void json(Object value) {
        line(toJson(value));
    }

    static String toJson(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("value: " + value.getClass() + " (expected: what JSON can say)", e);
        }
    }
}
