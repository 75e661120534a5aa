# SPDX-License-Identifier: Apache-2.0
# Reads {"file": ..., "path": ...} a line and says which line decides for the path in each section
# and whom it names: "3 @a; 7 @b", or "0". GitLab's documentation says what a pattern is made
# into and that Ruby's File.fnmatch then compares it, with FNM_DOTMATCH and FNM_PATHNAME, so this
# does the latter and knows nothing else of patterns:
# https://docs.gitlab.com/user/project/codeowners/reference/
require "json"

def pattern_of(text)
  text = text.gsub("\\ ", " ").sub(/\A\\#/, "#")
  text = "/**/" + text unless text.start_with?("/")
  text += "**/*" if text.end_with?("/")
  text
end

STDIN.each_line do |line|
  given = JSON.parse(line)
  sections = {"" => []}
  section = ""
  defaults = []
  given["file"].lines.each_with_index do |entry, index|
    entry = entry.strip
    next if entry.empty? || entry.start_with?("#")
    if (heading = entry.match(/\A\^?\[([^\]]+)\](?:\[\d+\])?(\s.*)?\z/))
      section = heading[1].downcase
      sections[section] ||= []
      defaults = heading[2].to_s.split
      next
    end
    excludes = entry.start_with?("!")
    entry = entry[1..] if excludes
    pattern, *owners = entry.split(/(?<!\\)\s+/)
    owners = defaults if owners.empty?
    sections[section] << [pattern_of(pattern), excludes, index + 1, owners]
  end
  said = sections.values.map do |entries|
    entries.each_with_object([nil]) do |(pattern, excludes, number, owners), last|
      next if last[0] == :excluded
      next unless File.fnmatch?(pattern, "/" + given["path"], File::FNM_DOTMATCH | File::FNM_PATHNAME)
      last[0] = excludes ? :excluded : [number, *owners].join(" ")
    end.first
  end
  said = said.select { |verdict| verdict.is_a?(String) }
  puts said.empty? ? "0" : said.join("; ")
end
