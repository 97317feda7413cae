package io.hawser.bench.chaos.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Events as lines of JSON: between processes, and in the file that a run leaves. */
public final class EventLines {
    private static final ObjectMapper JSON = new ObjectMapper();

    private EventLines() {}

    public static String write(Event event) {
        try {
            return JSON.writerFor(Event.class).writeValueAsString(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event is records, numbers and text", e);
        }
    }

    /** @throws IllegalArgumentException where the line is no event */
    public static Event read(String line) {
        try {
            return JSON.readValue(line, Event.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("line: " + line + " (expected: an event)", e);
        }
    }
}
