package io.hawser.center.docs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** JSON schemas of messages in Protobuf's JSON form. Collects those of all types it was asked for. */
final class Schemas {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Comments comments;
    private final Map<String, ObjectNode> byName = new TreeMap<>();

    Schemas(Comments comments) {
        this.comments = comments;
    }

    Map<String, ObjectNode> all() {
        return byName;
    }

    /** Returns a reference to a message's schema. */
    ObjectNode of(Descriptor type) {
        if (!byName.containsKey(type.getName())) {
            ObjectNode schema = JSON.objectNode();
            byName.put(type.getName(), schema);
            fill(schema, type);
        }
        return reference(type.getName());
    }

    /** Returns a message's schema without some of its fields: those that stand in the path. */
    ObjectNode without(Descriptor type, Set<String> left) {
        ObjectNode schema = JSON.objectNode();
        fill(schema, type);
        left.forEach(name -> ((ObjectNode) schema.path("properties")).remove(name));
        return schema;
    }

    /** Returns the schema of a field's value. */
    ObjectNode of(FieldDescriptor field) {
        ObjectNode schema = shape(field);
        String comment = comments.about(field.getFullName());
        if (!comment.isEmpty()) {
            schema.put("description", comment);
        }
        return schema;
    }

    private void fill(ObjectNode schema, Descriptor type) {
        schema.put("type", "object");
        String comment = comments.about(type.getFullName());
        if (!comment.isEmpty()) {
            schema.put("description", comment);
        }
        ObjectNode properties = schema.putObject("properties");
        type.getFields().forEach(field -> properties.set(field.getJsonName(), of(field)));
        schema.put("additionalProperties", false);
    }

    private ObjectNode shape(FieldDescriptor field) {
        if (field.isMapField()) {
            ObjectNode map = JSON.objectNode().put("type", "object");
            map.set("additionalProperties", value(field.getMessageType().findFieldByName("value")));
            return map;
        }
        if (field.isRepeated()) {
            ObjectNode array = JSON.objectNode().put("type", "array");
            array.set("items", value(field));
            return array;
        }
        return value(field);
    }

    private ObjectNode value(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case STRING -> JSON.objectNode().put("type", "string");
            case BYTE_STRING -> JSON.objectNode().put("type", "string").put("format", "byte");
            case BOOLEAN -> JSON.objectNode().put("type", "boolean");
            case INT -> JSON.objectNode().put("type", "integer").put("format", "int64");
            case LONG -> JSON.objectNode().put("type", "string").put("format", "uint64");
            case ENUM -> enumeration(field.getEnumType());
            case MESSAGE -> message(field.getMessageType());
            case FLOAT, DOUBLE -> JSON.objectNode().put("type", "number");
        };
    }

    private ObjectNode message(Descriptor type) {
        if (type.equals(Timestamp.getDescriptor())) {
            return JSON.objectNode().put("type", "string").put("format", "date-time");
        }
        if (type.equals(Duration.getDescriptor())) {
            return JSON.objectNode()
                    .put("type", "string")
                    .put("pattern", "^[0-9]+(\\.[0-9]{1,9})?s$")
                    .put("example", "3600s");
        }
        return of(type);
    }

    private ObjectNode enumeration(EnumDescriptor type) {
        String name = nameOf(type);
        if (!byName.containsKey(name)) {
            ObjectNode schema = JSON.objectNode().put("type", "string");
            type.getValues().forEach(value -> schema.withArray("enum").add(value.getName()));
            String meanings = type.getValues().stream()
                    .filter(value -> !comments.about(fullName(type, value)).isEmpty())
                    .map(value -> value.getName() + ": " + comments.about(fullName(type, value)))
                    .collect(Collectors.joining(" "));
            if (!meanings.isEmpty()) {
                schema.put("description", meanings);
            }
            byName.put(name, schema);
        }
        return reference(name);
    }

    /** An enum that stands in a message has the message's name before its own. */
    private static String nameOf(EnumDescriptor type) {
        Descriptor around = type.getContainingType();
        return around == null ? type.getName() : around.getName() + type.getName();
    }

    private static String fullName(EnumDescriptor type, EnumValueDescriptor value) {
        return type.getFullName() + "." + value.getName();
    }

    private static ObjectNode reference(String name) {
        return JSON.objectNode().put("$ref", "#/components/schemas/" + name);
    }
}
