package io.hawser.bench.swarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;

/** Orders and answers as lines. */
final class Lines {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader ORDERS = JSON.readerFor(Order.class);
    private static final ObjectReader ANSWERS = JSON.readerFor(Told.class);
    private static final ObjectWriter ORDER_WRITER = JSON.writerFor(Order.class);
    private static final ObjectWriter ANSWER_WRITER = JSON.writerFor(Told.class);

    private Lines() {}

    static String of(Order order) {
        return write(ORDER_WRITER, order);
    }

    static String of(Told answer) {
        return write(ANSWER_WRITER, answer);
    }

    static Order order(String line) throws JsonProcessingException {
        return ORDERS.readValue(line);
    }

    static Told answer(String line) throws JsonProcessingException {
        return ANSWERS.readValue(line);
    }

    private static String write(ObjectWriter writer, Object value) {
        try {
            return writer.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of plain values", e);
        }
    }
}
