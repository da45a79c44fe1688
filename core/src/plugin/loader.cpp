#include "plugin/loader.hpp"

#include "plugin/breadcrumb.hpp"
#include "plugin/library.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <utility>

namespace ebra {

namespace {

constexpr std::size_t kIdBytesMax = 64;

constexpr const char* kAskTheAuthor = "ask its author for a corrected build";

Error broken(const std::string& plugin, const std::string& rule) {
    return plugin_refused(ErrorCode::kInvalidArgument, plugin, rule, kAskTheAuthor);
}

Status check_entry(const std::string& plugin, const Library& library) {
    if (library.entry != nullptr) return Done{};
    if (library.has_next_entry) {
        return plugin_refused(ErrorCode::kInvalidArgument, plugin,
                              library.path +
                                  " has only the entry ebra_plugin_v2, and this program speaks "
                                  "version 1 of the plugin ABI",
                              "use a newer Ebra or the plugin's build for version 1");
    }
    return plugin_refused(
        ErrorCode::kInvalidArgument, plugin,
        library.path + " has no entry ebra_plugin_v1, so it is not an Ebra plugin",
        "name a plugin's .so file, or export that symbol");
}

Result<const ebra_plugin*> call_entry(const std::string& plugin, const Library& library) {
    const Breadcrumb breadcrumb(plugin.c_str(), "ebra_plugin_v1");
    try {
        return library.entry();
    } catch (const std::exception& thrown) {
        return broken(plugin, std::string("its entry ebra_plugin_v1 threw: ") + thrown.what());
    } catch (...) {
        return broken(plugin, "its entry ebra_plugin_v1 threw");
    }
}

bool is_well_formed_id(const char* id) {
    const std::size_t size = strnlen(id, kIdBytesMax + 1);
    return size > 0 && size <= kIdBytesMax && std::all_of(id, id + size, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

Status check_version(const std::string& plugin, const ebra_plugin& descriptor) {
    if (descriptor.needs_minor <= EBRA_ABI_MINOR) return Done{};
    return plugin_refused(ErrorCode::kInvalidArgument, plugin,
                          "it needs plugin ABI 1." + std::to_string(descriptor.needs_minor) +
                              ", and this program has 1." + std::to_string(EBRA_ABI_MINOR),
                          "use a newer Ebra or an older build of the plugin");
}

Status check_texts(const std::string& plugin, const ebra_plugin& descriptor) {
    if (descriptor.id == nullptr || !is_well_formed_id(descriptor.id)) {
        return broken(plugin, "its id is not 1 to 64 of a-z, 0-9 and -");
    }
    if (descriptor.version == nullptr) return broken(plugin, "its descriptor has no version");
    if (descriptor.summary == nullptr) return broken(plugin, "its descriptor has no summary");
    return Done{};
}

Status check_functions(const std::string& plugin, const ebra_plugin& descriptor) {
    const std::string missing = "its descriptor lacks the required function ";
    if (descriptor.create == nullptr) return broken(plugin, missing + "create");
    if (descriptor.destroy == nullptr) return broken(plugin, missing + "destroy");
    if (descriptor.get_interface == nullptr) return broken(plugin, missing + "get_interface");
    return Done{};
}

Status check_descriptor(const std::string& plugin, const ebra_plugin* descriptor) {
    if (descriptor == nullptr) return broken(plugin, "its entry ebra_plugin_v1 returned NULL");
    if (!EBRA_HAS(descriptor, ebra_plugin, get_interface)) {
        return broken(plugin, "its descriptor says it is " +
                                  std::to_string(descriptor->struct_size) +
                                  " bytes, too few for the required functions");
    }
    for (const auto check : {check_version, check_texts, check_functions}) {
        Status checked = check(plugin, *descriptor);
        if (!checked) return checked;
    }
    return Done{};
}

}  // namespace

Result<LoadedPlugin> load_plugin(const PluginRequest& request, const LoaderPolicy& policy) {
    const std::string& plugin = request.name_or_path;
    Result<LibraryFile> file = open_library_file(request, policy);
    if (!file) return std::move(file).error();
    const Result<const Library*> library = load_library(plugin, std::move(file).value());
    if (!library) return library.error();

    Status has_entry = check_entry(plugin, *library.value());
    if (!has_entry) return std::move(has_entry).error();
    const Result<const ebra_plugin*> descriptor = call_entry(plugin, *library.value());
    if (!descriptor) return descriptor.error();
    Status checked = check_descriptor(plugin, descriptor.value());
    if (!checked) return std::move(checked).error();
    return LoadedPlugin{descriptor.value(), library.value()->path, library.value()->sha256};
}

}  // namespace ebra
