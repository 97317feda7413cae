package io.hawser.center.docs;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The comments of the contracts, which generated code does not keep, by the full names of what they are about. */
final class Comments {
    private static final String RESOURCE = "/META-INF/armeria/grpc/hawser-api.desc";

    private final Map<String, String> byName = new HashMap<>();

    private Comments() {}

    static Comments load() {
        Comments comments = new Comments();
        try (InputStream set = Comments.class.getResourceAsStream(RESOURCE)) {
            if (set == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the class path");
            }
            FileDescriptorSet.parseFrom(set).getFileList().forEach(comments::add);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
        return comments;
    }

    /** What is said about the message, field, enum, value, service or method of this name; empty: nothing. */
    String about(String fullName) {
        return byName.getOrDefault(fullName, "");
    }

    private void add(FileDescriptorProto file) {
        for (Location location : file.getSourceCodeInfo().getLocationList()) {
            String comment = location.getLeadingComments().strip().replaceAll("\\s*\\n\\s*", " ");
            if (!comment.isEmpty()) {
                String name = nameAt(file, location.getPathList());
                if (!name.isEmpty()) {
                    byName.put(file.getPackage() + "." + name, comment);
                }
            }
        }
    }

    /** Follows a path of field numbers and indices (descriptor.proto, SourceCodeInfo) as deep as our contracts nest. */
    private static String nameAt(FileDescriptorProto file, List<Integer> path) {
        if (path.size() != 2 && path.size() != 4 && path.size() != 6) {
            return "";
        }
        int index = path.get(1);
        return switch (path.get(0)) {
            case FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER -> message(file.getMessageType(index), path);
            case FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER -> enumeration(file.getEnumType(index), path);
            case FileDescriptorProto.SERVICE_FIELD_NUMBER -> service(file.getService(index), path);
            default -> "";
        };
    }

    private static String message(DescriptorProto message, List<Integer> path) {
        if (path.size() == 2) {
            return message.getName();
        }
        return switch (path.get(2)) {
            case DescriptorProto.FIELD_FIELD_NUMBER ->
                message.getName() + "." + message.getField(path.get(3)).getName();
            case DescriptorProto.ENUM_TYPE_FIELD_NUMBER ->
                message.getName() + "." + enumeration(message.getEnumType(path.get(3)), path.subList(2, path.size()));
            default -> "";
        };
    }

    private static String enumeration(EnumDescriptorProto type, List<Integer> path) {
        return path.size() == 2
                ? type.getName()
                : type.getName() + "." + type.getValue(path.get(3)).getName();
    }

    private static String service(ServiceDescriptorProto service, List<Integer> path) {
        return path.size() == 2
                ? service.getName()
                : service.getName() + "." + service.getMethod(path.get(3)).getName();
    }
}
