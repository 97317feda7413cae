package io.hawser.bench.chaos.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.measure.BenchException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where a platform of several processes of each service is entered, as its {@code up.json} says. */
public record Entrances(List<String> centers, List<String> dispatchers, List<String> rooms, String operatorKey) {
    public Entrances {
        centers = List.copyOf(centers);
        dispatchers = List.copyOf(dispatchers);
        rooms = List.copyOf(rooms);
    }

    public static Entrances read(Path file) {
        try {
            JsonNode up = new ObjectMapper().readTree(file.toFile());
            return new Entrances(
                    texts(up.path("centers")),
                    texts(up.path("dispatchers")),
                    texts(up.path("rooms")),
                    up.path("operatorKey").asText());
        } catch (IOException e) {
            throw new BenchException("cannot read " + file + " (expected: what 'cluster up' wrote)", e);
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts;
    }
}
