package io.hawser.standalone.up;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.rpc.directory.ApiKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/**
 * The keys that {@code up} prints. They are kept beside the data, readable by its owner alone: the platform itself
 * keeps only hashes, and the next start must print the same.
 *
 * @param operatorKey role admin
 * @param apiKey of the demo app; empty until it exists
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Keys(String operatorKey, String apiKey) {
    private static final String FILE = "keys.json";

    /** Reads the keys of this data directory, or draws an operator's key for a new one. */
    public static Keys of(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (Files.exists(file)) {
            return new ObjectMapper().readValue(file.toFile(), Keys.class);
        }
        Keys drawn = new Keys(ApiKey.draw(new SecureRandom()).reveal(), "");
        drawn.write(data);
        return drawn;
    }

    public Keys withApiKey(String key) {
        return new Keys(operatorKey, key);
    }

    public void write(Path data) throws IOException {
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path unfinished = Files.createTempFile(data, FILE, ".new", ownerOnly);
        Files.write(unfinished, new ObjectMapper().writeValueAsBytes(this));
        Files.move(unfinished, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }
}
