package io.hawser.center.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads messages from Protobuf's JSON form (protobuf.dev, "ProtoJSON Format"), and refuses what they cannot hold:
 * INVALID_ARGUMENT names the field by its path, what was given, and what is expected. A field that does not exist is
 * refused, so that a misspelt one is not silently without effect.
 */
final class JsonReader {
    private static final int MAX_DEPTH = 8;

    /** By either name; filled from the few types that the API has. */
    private final Map<Descriptor, Map<String, FieldDescriptor>> fields = new ConcurrentHashMap<>();

    Message read(JsonParser from, Message prototype) throws IOException {
        Message.Builder builder = prototype.newBuilderForType();
        if (from.nextToken() != JsonToken.START_OBJECT) {
            throw refusal("body", JsonScalars.shown(from), "a JSON object");
        }
        readObject(from, builder, "", 1);
        JsonDocument.requireEnd(from);
        return builder.build();
    }

    private void readObject(JsonParser from, Message.Builder to, String path, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw refusal(path, "nested too deeply", "at most " + MAX_DEPTH + " levels");
        }
        Set<FieldDescriptor> seen = new HashSet<>();
        while (from.nextToken() != JsonToken.END_OBJECT) {
            String name = from.currentName();
            String at = path.isEmpty() ? name : path + "." + name;
            FieldDescriptor field = field(to.getDescriptorForType(), name, at);
            requireFirst(seen.add(field), at);
            if (from.nextToken() != JsonToken.VALUE_NULL) {
                refuseSecondOfOne(to, field, at);
                readField(from, to, field, at, depth);
            }
        }
    }

    private void readField(JsonParser from, Message.Builder to, FieldDescriptor field, String path, int depth)
            throws IOException {
        if (field.isMapField()) {
            readMap(from, to, field, path);
        } else if (field.isRepeated()) {
            readArray(from, to, field, path, depth);
        } else {
            to.setField(field, value(from, to, field, path, depth));
        }
    }

    private static void readMap(JsonParser from, Message.Builder to, FieldDescriptor field, String path)
            throws IOException {
        expect(from, JsonToken.START_OBJECT, path, "an object of strings");
        FieldDescriptor valueField = field.getMessageType().findFieldByName("value");
        Set<String> seen = new HashSet<>();
        while (from.nextToken() != JsonToken.END_OBJECT) {
            String key = JsonDocument.requireUnicode(from.currentName(), path + ": a key");
            requireFirst(seen.add(key), path + "." + key);
            from.nextToken();
            Object value = JsonScalars.read(from, valueField, path + "." + key);
            MapEntry.Builder<?, ?> entry = (MapEntry.Builder<?, ?>) to.newBuilderForField(field);
            to.addRepeatedField(
                    field,
                    entry.setField(field.getMessageType().findFieldByName("key"), key)
                            .setField(valueField, value)
                            .build());
        }
    }

    private void readArray(JsonParser from, Message.Builder to, FieldDescriptor field, String path, int depth)
            throws IOException {
        expect(from, JsonToken.START_ARRAY, path, "an array");
        for (int i = 0; from.nextToken() != JsonToken.END_ARRAY; i++) {
            to.addRepeatedField(field, value(from, to, field, path + "[" + i + "]", depth));
        }
    }

    private Object value(JsonParser from, Message.Builder to, FieldDescriptor field, String path, int depth)
            throws IOException {
        if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || JsonScalars.isTime(field.getMessageType())) {
            return JsonScalars.read(from, field, path);
        }
        expect(from, JsonToken.START_OBJECT, path, "an object");
        Message.Builder nested = to.newBuilderForField(field);
        readObject(from, nested, path, depth + 1);
        return nested.build();
    }

    private FieldDescriptor field(Descriptor type, String name, String path) {
        FieldDescriptor field = fields.computeIfAbsent(type, JsonReader::byName).get(name);
        if (field == null) {
            Set<String> names = new TreeSet<>();
            type.getFields().forEach(known -> names.add(known.getJsonName()));
            throw refusal(path, "unknown", names.isEmpty() ? "no field" : "one of " + String.join(", ", names));
        }
        return field;
    }

    private static Map<String, FieldDescriptor> byName(Descriptor type) {
        Map<String, FieldDescriptor> byName = new ConcurrentHashMap<>();
        type.getFields().forEach(field -> {
            byName.put(field.getName(), field);
            byName.put(field.getJsonName(), field);
        });
        return byName;
    }

    /** A field may be named in two ways, and yet be set once. */
    private static void requireFirst(boolean first, String path) {
        if (!first) {
            throw refusal(path, "set twice", "once");
        }
    }

    private static void refuseSecondOfOne(Message.Builder to, FieldDescriptor field, String path) {
        OneofDescriptor oneOf = field.getRealContainingOneof();
        if (oneOf != null && to.hasOneof(oneOf)) {
            FieldDescriptor first = to.getOneofFieldDescriptor(oneOf);
            throw refusal(path, "set", "none beside " + (first == null ? oneOf.getName() : first.getJsonName()));
        }
    }

    private static void expect(JsonParser from, JsonToken token, String path, String expected) throws IOException {
        if (from.currentToken() != token) {
            throw refusal(path, JsonScalars.shown(from), expected);
        }
    }

    static HawserException refusal(String path, String value, String expected) {
        return HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT, path + ": " + value + " (expected: " + expected + ")");
    }
}
