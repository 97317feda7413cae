package io.hawser.standalone.command;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * What {@code up} tells about the platform it runs: on its output, and in a file for the other commands.
 *
 * @param center base URL of the API
 * @param dispatcher base URL that clients ask for a room
 * @param rooms {@code host:port} where clients connect
 * @param zookeeper {@code host:port}
 * @param redis {@code host:port}; the URI of sentinels, or of a cluster's nodes
 * @param mysql JDBC URL, user included
 * @param app the demo app
 * @param apiKey of the demo app, all scopes
 * @param operatorKey role admin
 * @param centers base URLs of the API, where there are several: when one does not answer, the next is asked
 * @param dispatchers the same of those that clients ask
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunningPlatform(
        String center,
        String dispatcher,
        List<String> rooms,
        String zookeeper,
        String redis,
        String mysql,
        String app,
        String apiKey,
        String operatorKey,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> centers,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> dispatchers) {
    private static final String FILE = "up.json";

    public RunningPlatform {
        rooms = List.copyOf(rooms);
        // A file of an earlier release names neither.
        centers = centers == null ? List.of() : List.copyOf(centers);
        dispatchers = dispatchers == null ? List.of() : List.copyOf(dispatchers);
    }

    /** A platform with one of each. */
    public RunningPlatform(
            String center,
            String dispatcher,
            List<String> rooms,
            String zookeeper,
            String redis,
            String mysql,
            String app,
            String apiKey,
            String operatorKey) {
        this(center, dispatcher, rooms, zookeeper, redis, mysql, app, apiKey, operatorKey, List.of(), List.of());
    }

    List<String> allCenters() {
        return centers.isEmpty() ? List.of(center) : centers;
    }

    List<String> allDispatchers() {
        return dispatchers.isEmpty() ? List.of(dispatcher) : dispatchers;
    }

    /** Where the platform that was started last from this installation is described. */
    public static Path file(Path home) {
        return home.resolve(".hawser").resolve(FILE);
    }

    /** Where the platform with this data directory is described. */
    public static Path fileOfData(Path data) {
        return data.resolve(FILE);
    }

    public static RunningPlatform read(Path file) {
        try {
            return new ObjectMapper().readValue(file.toFile(), RunningPlatform.class);
        } catch (NoSuchFileException | FileNotFoundException none) {
            throw new CommandException("no platform was started here: " + file
                    + " is missing (expected: './hawser up' in another terminal, or its addresses as options)");
        } catch (IOException e) {
            throw new CommandException(file + ": not what 'up' writes: " + e.getMessage(), e);
        }
    }

    /** Writes the description for its owner's eyes alone, at once or not at all. */
    public void write(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException(file + " has no directory");
        }
        Files.createDirectories(directory);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path unfinished = Files.createTempFile(directory, FILE, ".new", ownerOnly);
        Files.writeString(unfinished, Output.toJson(this) + "\n");
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
