package io.hawser.center.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import java.io.IOException;
import java.math.BigInteger;
import java.text.ParseException;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The values of Protobuf's JSON form that are no objects. */
final class JsonScalars {
    private static final int MAX_SHOWN_CHARS = 64;
    /** No longer than the longest that can be in range: reading a number takes time by the square of its length. */
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,20}");

    private static final BigInteger UNSIGNED_INT = BigInteger.ONE.shiftLeft(Integer.SIZE);
    private static final BigInteger UNSIGNED_LONG = BigInteger.ONE.shiftLeft(Long.SIZE);

    private JsonScalars() {}

    /** Whether a message type is written as a text. */
    static boolean isTime(Descriptor type) {
        return type.equals(Duration.getDescriptor()) || type.equals(Timestamp.getDescriptor());
    }

    /** Returns the present value as {@code field} holds it. */
    static Object read(JsonParser from, FieldDescriptor field, String path) throws IOException {
        return switch (field.getJavaType()) {
            case STRING -> text(from, path, "a string");
            case BYTE_STRING -> bytes(from, path);
            case BOOLEAN -> bool(from, path);
            case ENUM -> enumerated(from, field.getEnumType(), path);
            case INT -> number(from, path, bounds(field, UNSIGNED_INT)).intValue();
            case LONG -> number(from, path, bounds(field, UNSIGNED_LONG)).longValue();
            case MESSAGE -> time(from, field.getMessageType(), path);
            case FLOAT, DOUBLE ->
                throw new IllegalStateException("no field of the API has a fraction: " + field.getFullName());
        };
    }

    /** The present value, for a message to the caller. */
    static String shown(JsonParser from) throws IOException {
        JsonToken token = from.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return "an object";
        }
        if (token == JsonToken.START_ARRAY) {
            return "an array";
        }
        if (token == null) {
            return "nothing";
        }
        String text = from.getText();
        String shown = text.length() <= MAX_SHOWN_CHARS ? text : text.substring(0, MAX_SHOWN_CHARS) + "…";
        return token == JsonToken.VALUE_STRING ? '"' + shown + '"' : shown;
    }

    private static String text(JsonParser from, String path, String expected) throws IOException {
        if (from.currentToken() != JsonToken.VALUE_STRING) {
            throw JsonReader.refusal(path, shown(from), expected);
        }
        return JsonDocument.requireUnicode(from.getText(), path);
    }

    private static ByteString bytes(JsonParser from, String path) throws IOException {
        String text = text(from, path, "base64");
        boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
        try {
            return ByteString.copyFrom((urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text));
        } catch (IllegalArgumentException malformed) {
            throw JsonReader.refusal(path, shown(from), "base64");
        }
    }

    private static Boolean bool(JsonParser from, String path) throws IOException {
        return switch (from.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw JsonReader.refusal(path, shown(from), "true or false");
        };
    }

    private static EnumValueDescriptor enumerated(JsonParser from, EnumDescriptor type, String path)
            throws IOException {
        EnumValueDescriptor value = null;
        if (from.currentToken() == JsonToken.VALUE_STRING) {
            value = type.findValueByName(from.getText());
        } else if (from.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            value = byNumber(type, from.getText());
        }
        if (value == null) {
            throw JsonReader.refusal(path, shown(from), names(type));
        }
        return value;
    }

    private static @Nullable EnumValueDescriptor byNumber(EnumDescriptor type, String number) {
        try {
            return type.findValueByNumber(Integer.parseInt(number));
        } catch (NumberFormatException tooLarge) {
            return null;
        }
    }

    /** All names but that of 0, which is "unspecified". */
    private static String names(EnumDescriptor type) {
        String names = type.getValues().stream()
                .filter(value -> value.getNumber() != 0)
                .map(EnumValueDescriptor::getName)
                .collect(Collectors.joining(", "));
        int last = names.lastIndexOf(", ");
        return last < 0 ? names : names.substring(0, last) + " or " + names.substring(last + 2);
    }

    private static BigInteger number(JsonParser from, String path, Bounds bounds) throws IOException {
        JsonToken token = from.currentToken();
        boolean given = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_STRING;
        if (given && INTEGER.matcher(from.getText()).matches()) {
            BigInteger number = new BigInteger(from.getText());
            if (number.compareTo(bounds.min) >= 0 && number.compareTo(bounds.max) <= 0) {
                return number;
            }
        }
        throw JsonReader.refusal(path, shown(from), "a number, " + bounds.min + " to " + bounds.max);
    }

    private static Bounds bounds(FieldDescriptor field, BigInteger size) {
        boolean unsigned =
                field.getType() == FieldDescriptor.Type.UINT32 || field.getType() == FieldDescriptor.Type.UINT64;
        return unsigned
                ? new Bounds(BigInteger.ZERO, size.subtract(BigInteger.ONE))
                : new Bounds(size.shiftRight(1).negate(), size.shiftRight(1).subtract(BigInteger.ONE));
    }

    private static Object time(JsonParser from, Descriptor type, String path) throws IOException {
        boolean isDuration = type.equals(Duration.getDescriptor());
        String expected = isDuration ? "seconds, such as \"3.5s\"" : "RFC 3339, such as \"2026-01-31T12:00:00Z\"";
        String text = text(from, path, expected);
        try {
            return isDuration ? Durations.parse(text) : Timestamps.parse(text);
        } catch (ParseException malformed) {
            throw JsonReader.refusal(path, shown(from), expected);
        }
    }

    private record Bounds(BigInteger min, BigInteger max) {}
}
