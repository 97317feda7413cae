package io.hawser.stores;

import java.util.List;

/**
 * How a store's server is run by somebody else, who looks after its process: its directory is ready for it.
 *
 * @param command program and arguments; the server stays in the foreground and writes its log to standard output
 */
public record StoreProgram(List<String> command) {
    public StoreProgram {
        command = List.copyOf(command);
    }
}
