package io.hawser.keeper.config;

import java.util.List;

/**
 * A configuration that is refused as a whole. It names everything that is wrong at once, each with its path, as in
 * {@code links.timout: unknown key (did you mean links.timeout?)}.
 */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public ConfigException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    public ConfigException(String problem) {
        this(List.of(problem));
    }

    /** Returns a line for each thing that is wrong, at least one. */
    public List<String> problems() {
        return problems;
    }
}
