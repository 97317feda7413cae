package io.hawser.keeper.cli;

import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Whose configuration is meant: a service's, or that of one of its instances.
 *
 * @param instance null: all instances of the service
 */
record Target(String service, @Nullable String instance) {
    private static final Pattern FORM = Pattern.compile("([a-z0-9][a-z0-9._-]{0,63})(?:/([a-z0-9][a-z0-9._-]{0,63}))?");

    String path() {
        return instance == null ? ZooKeeperPaths.config(service) : ZooKeeperPaths.config(service, instance);
    }

    @Override
    public String toString() {
        return instance == null ? service : service + "/" + instance;
    }

    /** Reads {@code SERVICE} or {@code SERVICE/INSTANCE}. */
    static final class Converter implements ITypeConverter<Target> {
        @Override
        public Target convert(String value) {
            Matcher form = FORM.matcher(value);
            if (!form.matches()) {
                throw new TypeConversionException(value + " (expected: SERVICE or SERVICE/INSTANCE)");
            }
            return new Target(form.group(1), form.group(2));
        }
    }
}
