package io.hawser.keeper.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Single values: numbers, texts, durations, sizes, secrets, enums, and any type that reads itself by a public static
 * {@code parse(String)} or is a record of one String called {@code value} (an id, say). A secret is read by its
 * {@link SecretSource}.
 *
 * <p>A value that does not fit is refused with an {@link IllegalArgumentException} whose message is
 * {@code VALUE (expected: WHAT)}.
 */
final class Scalars {
    private Scalars() {}

    static boolean reads(Class<?> type) {
        return type.isPrimitive()
                || type.isEnum()
                || isKnown(type)
                || parser(type).isPresent()
                || isTextRecord(type);
    }

    private static boolean isKnown(Class<?> type) {
        return type == String.class
                || Number.class.isAssignableFrom(type)
                || type == Boolean.class
                || type == Duration.class
                || type == Secret.class
                || type == URI.class
                || type == Path.class;
    }

    static Object read(Class<?> type, JsonNode node) {
        if (!node.isValueNode()) {
            throw refused(node.isArray() ? "a list" : "a mapping", "a single value");
        }
        if (type == String.class && !node.isTextual()) {
            throw refused(node.asText(), "text; put it in quotes");
        }
        return fromText(type, node.asText());
    }

    /** Returns the text that {@link #read} takes, of a value whose type it reads; secrets are masked. */
    static String show(Object value) {
        boolean text = isTextRecord(value.getClass());
        return String.valueOf(text ? Reflection.read(value.getClass().getRecordComponents()[0], value) : value);
    }

    private static Object fromText(Class<?> type, String text) {
        if (type == boolean.class || type == Boolean.class) {
            return bool(text);
        } else if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return number(type, text);
        } else if (type == String.class) {
            return text;
        } else if (type == Duration.class) {
            return DurationText.parse(text);
        } else if (type == URI.class) {
            return URI.create(text);
        } else if (type == Path.class) {
            return Path.of(text);
        } else if (type.isEnum()) {
            return constant(type, text);
        }
        return parser(type).map(parser -> invoke(parser, text)).orElseGet(() -> textRecord(type, text));
    }

    private static Boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(text, "true or false");
        };
    }

    private static Object number(Class<?> type, String text) {
        try {
            if (type == int.class || type == Integer.class) {
                return Integer.valueOf(text);
            } else if (type == long.class || type == Long.class) {
                return Long.valueOf(text);
            } else if (type == double.class || type == Double.class) {
                return Double.valueOf(text);
            }
        } catch (NumberFormatException e) {
            boolean whole = type != double.class && type != Double.class;
            throw refused(text, whole ? "a whole number" : "a number");
        }
        throw new IllegalStateException(type + " (expected: int, long or double in a configuration record)");
    }

    private static Object constant(Class<?> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> ((Enum<?>) constant).name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> refused(
                        text,
                        Arrays.stream(type.getEnumConstants())
                                .map(constant -> ((Enum<?>) constant).name())
                                .collect(Collectors.joining(", "))));
    }

    private static Optional<Method> parser(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals("parse")
                        && Modifier.isStatic(method.getModifiers())
                        && Modifier.isPublic(method.getModifiers())
                        && method.getReturnType() == type
                        && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class}))
                .findFirst();
    }

    private static boolean isTextRecord(Class<?> type) {
        RecordComponent @Nullable [] components = type.getRecordComponents();
        return components != null
                && components.length == 1
                && components[0].getType() == String.class
                && components[0].getName().equals("value");
    }

    private static Object textRecord(Class<?> type, String text) {
        return Reflection.construct(type, new Class<?>[] {String.class}, text);
    }

    private static Object invoke(Method parser, String text) {
        try {
            parser.setAccessible(true);
            return parser.invoke(null, text);
        } catch (InvocationTargetException e) {
            throw Reflection.refusal(e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static IllegalArgumentException refused(String value, String expected) {
        return new IllegalArgumentException(value + " (expected: " + expected + ")");
    }
}
