package io.hawser.keeper;

/** The version of this build, from the jar's manifest. */
final class BuildVersion {
    private BuildVersion() {}

    static String current() {
        String packaged = BuildVersion.class.getPackage().getImplementationVersion();
        return packaged == null ? "development" : packaged;
    }
}
