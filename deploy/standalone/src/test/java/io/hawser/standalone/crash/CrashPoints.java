package io.hawser.standalone.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Arms crash points, and knows whether they were met. */
final class CrashPoints {
    private static final List<String> CLASSES =
            List.of("CrashAgent", "CrashAgent$Planting", "CrashPoint", "CrashPoint$Place", "CrashPoint$Need");

    private final Path directory;
    private final Path jar;

    /** @param home an empty directory */
    CrashPoints(Path home) throws IOException {
        this.directory = Files.createDirectories(home.resolve("armed"));
        this.jar = home.resolve("crash-agent.jar");
        writeJar();
    }

    /** What a JVM has to be started with. */
    String jvmFlag() {
        return "-javaagent:" + jar + "=" + directory;
    }

    /** Has the next process that comes by end. */
    void arm(CrashPoint point) throws IOException {
        Files.createFile(directory.resolve(point.name()));
    }

    boolean wasMet(CrashPoint point) {
        return Files.notExists(directory.resolve(point.name()));
    }

    private void writeJar() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", CrashAgent.class.getName());
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest)) {
            for (String name : CLASSES) {
                String path = CrashAgent.class.getPackageName().replace('.', '/') + "/" + name + ".class";
                entries.putNextEntry(new ZipEntry(path));
                try (InputStream in = CrashAgent.class.getResourceAsStream(name + ".class")) {
                    if (in == null) {
                        throw new IOException(path + ": not on the class path");
                    }
                    in.transferTo(entries);
                }
                entries.closeEntry();
            }
        }
    }
}
