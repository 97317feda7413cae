package io.hawser.saver.memory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Answers as scripts give them: numbers and bytes, by position. */
final class Answers {
    private Answers() {}

    static List<Object> of(long... numbers) {
        List<Object> values = new ArrayList<>(numbers.length);
        for (long number : numbers) {
            values.add(number);
        }
        return values;
    }

    static byte[] name(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
