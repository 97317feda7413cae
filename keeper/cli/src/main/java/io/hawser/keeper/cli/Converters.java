package io.hawser.keeper.cli;

import io.hawser.keeper.config.DurationText;
import io.hawser.keeper.revision.Scope;
import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How values on the command line are read. */
final class Converters {
    private Converters() {}

    /** Reads {@code cluster}, {@code SERVICE} or {@code SERVICE/INSTANCE}. */
    static final class OfScope implements ITypeConverter<Scope> {
        @Override
        public Scope convert(String value) {
            return read(value, Scope::parse);
        }
    }

    /** Reads durations as the configuration writes them. */
    static final class OfDuration implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            return read(value, DurationText::parse);
        }
    }

    private static <T> T read(String value, Function<String, T> reader) {
        try {
            return reader.apply(value);
        } catch (HawserException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
