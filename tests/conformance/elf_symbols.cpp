#include "elf_symbols.hpp"

#include "expect.hpp"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <fstream>
#include <iterator>

namespace ebra::conformance {

namespace {

/// A copy of the Record at `offset` of `bytes`.
template <typename Record>
Record record_at(const std::string& bytes, std::uint64_t offset) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof(Record)) {
        fail_case("the ELF file is cut short");
    }
    Record record;
    std::memcpy(&record, bytes.data() + offset, sizeof(record));
    return record;
}

bool is_exported(const Elf64_Sym& symbol) {
    const unsigned binding = ELF64_ST_BIND(symbol.st_info);
    const unsigned visibility = ELF64_ST_VISIBILITY(symbol.st_other);
    const bool is_visible = visibility == STV_DEFAULT || visibility == STV_PROTECTED;
    return symbol.st_shndx != SHN_UNDEF && binding != STB_LOCAL && is_visible;
}

void add_symbols(const std::string& bytes, const Elf64_Shdr& table, const Elf64_Shdr& texts,
                 ElfSymbols& into) {
    for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= table.sh_size; at += sizeof(Elf64_Sym)) {
        const auto symbol = record_at<Elf64_Sym>(bytes, table.sh_offset + at);
        if (!is_exported(symbol)) continue;
        record_at<char>(bytes, texts.sh_offset + symbol.st_name);
        into.names.emplace_back(bytes.c_str() + texts.sh_offset + symbol.st_name);
        if (ELF64_ST_BIND(symbol.st_info) == STB_GNU_UNIQUE) ++into.unique_count;
    }
}

}  // namespace

ElfSymbols read_exported_symbols(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto header = record_at<Elf64_Ehdr>(bytes, 0);
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_ident[EI_CLASS] != ELFCLASS64) {
        fail_case(path + " is no 64-bit ELF file");
    }
    const auto section = [&](std::uint64_t number) {
        return record_at<Elf64_Shdr>(bytes, header.e_shoff + number * header.e_shentsize);
    };
    ElfSymbols symbols;
    for (std::uint64_t number = 0; number < header.e_shnum; ++number) {
        const Elf64_Shdr table = section(number);
        if (table.sh_type != SHT_DYNSYM) continue;
        add_symbols(bytes, table, section(table.sh_link), symbols);
    }
    std::sort(symbols.names.begin(), symbols.names.end());
    return symbols;
}

}  // namespace ebra::conformance
