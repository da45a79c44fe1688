#include "plugin/library.hpp"

#include <boost/dll/shared_library.hpp>
#include <exception>
#include <list>
#include <mutex>
#include <utility>

namespace ebra {

namespace {

/// One mapped library and the descriptor it was mapped from. The descriptor stays open because the
/// dynamic loader knows the library by the descriptor's procfs path: were the number used again,
/// the next plugin loaded through it would silently be this one.
struct Mapped {
    LibraryFile file;
    boost::dll::shared_library handle;
    Library library;
};

struct Registry {
    std::mutex mutex;
    std::list<Mapped> mapped;  // Guarded by mutex; entries never move or go.
};

Registry& registry() {
    static Registry* const made = new Registry;
    return *made;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

Result<boost::dll::shared_library> map(const std::string& plugin, const LibraryFile& file) {
    const std::string opened = "/proc/self/fd/" + std::to_string(file.descriptor.number());
    namespace mode = boost::dll::load_mode;
    try {
        // The throwing overload is the only one that says why.
        return boost::dll::shared_library(std::filesystem::path(opened),
                                          mode::rtld_now | mode::rtld_local);
    } catch (const std::exception& thrown) {
        return plugin_refused(ErrorCode::kInvalidArgument, plugin,
                              "it cannot be loaded: " + replaced(thrown.what(), opened, file.path),
                              "build it for this machine with all its libraries installed");
    }
}

Library describe(const LibraryFile& file, const boost::dll::shared_library& handle) {
    Library library;
    library.path = file.path;
    library.sha256 = file.sha256;
    if (handle.has("ebra_plugin_v1")) {
        library.entry = &handle.get<const ebra_plugin*()>("ebra_plugin_v1");
    }
    library.has_next_entry = handle.has("ebra_plugin_v2");
    return library;
}

Result<const Library*> known(const std::string& plugin, const Mapped& mapped,
                             const LibraryFile& file) {
    if (mapped.file.sha256 == file.sha256) return &mapped.library;
    return plugin_refused(ErrorCode::kInvalidArgument, plugin,
                          "its file " + file.path + " was changed since it was loaded",
                          "restart the program; replace plugins by renaming a new file into place");
}

}  // namespace

Result<const Library*> load_library(const std::string& plugin, LibraryFile file) {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    for (const Mapped& mapped : all.mapped) {
        if (mapped.file.device == file.device && mapped.file.inode == file.inode) {
            return known(plugin, mapped, file);
        }
    }
    Result<boost::dll::shared_library> handle = map(plugin, file);
    if (!handle) return std::move(handle).error();
    Library library = describe(file, handle.value());
    all.mapped.push_back(Mapped{std::move(file), std::move(handle).value(), std::move(library)});
    return &all.mapped.back().library;
}

}  // namespace ebra
