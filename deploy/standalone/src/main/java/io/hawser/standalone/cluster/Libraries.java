package io.hawser.standalone.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The jars that a cluster runs on, kept beside its data: a build of the installation, which replaces its own, would
 * otherwise take them away below services that run, and give another version to those that are started again.
 */
final class Libraries {
    private static final String PREFIX = "lib-";

    private Libraries() {}

    /** Returns the class path that holds for as long as the cluster runs; another than {@code DIRECTORY/*} is left as it is. */
    static String keep(String classPath, Path data) throws IOException {
        if (!classPath.endsWith("/*")) {
            return classPath;
        }
        Path from = Path.of(classPath.substring(0, classPath.length() - 2));
        Path kept = data.resolve(PREFIX + Integer.toHexString(identity(from)));
        if (!Files.isDirectory(kept)) {
            copy(from, kept);
        }
        return kept.resolve("*").toString();
    }

    /** Removes those of other versions, when nothing runs on them any more. */
    static void removeOthers(String classPath, Path data) throws IOException {
        for (Path folder : children(data)) {
            boolean other = folder.getFileName().toString().startsWith(PREFIX) && !classPath.startsWith(folder + "/");
            if (other) {
                for (Path jar : children(folder)) {
                    Files.delete(jar);
                }
                Files.delete(folder);
            }
        }
    }

    private static int identity(Path from) throws IOException {
        int identity = 1;
        for (Path jar : children(from)) {
            identity = 31 * identity + jar.getFileName().toString().hashCode();
            identity = 31 * identity + Files.getLastModifiedTime(jar).hashCode();
            identity = 31 * identity + Long.hashCode(Files.size(jar));
        }
        return identity;
    }

    /** Beside its place first, and then renamed: there is never a half. */
    private static void copy(Path from, Path kept) throws IOException {
        Path unfinished = Files.createTempDirectory(kept.getParent(), PREFIX + "unfinished-");
        for (Path jar : children(from)) {
            linkOrCopy(jar, unfinished.resolve(jar.getFileName()));
        }
        Files.move(unfinished, kept, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Ours are written anew by a build, maybe in place; libraries are not, and are large. */
    private static void linkOrCopy(Path jar, Path kept) throws IOException {
        if (!jar.getFileName().toString().startsWith("hawser-")) {
            try {
                Files.createLink(kept, jar);
                return;
            } catch (IOException | UnsupportedOperationException anotherDisk) {
                Files.deleteIfExists(kept);
            }
        }
        Files.copy(jar, kept);
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted().toList();
        }
    }
}
