-- What both renderers do to the text of the report, the same for every format: lines that were wrapped between Chinese
-- characters are joined without a space, and what is no address is no link.

local function is_chinese(text, position)
  local ok, code = pcall(utf8.codepoint, text, position)
  return ok and ((code >= 0x2E80 and code <= 0x9FFF) or (code >= 0xFF00 and code <= 0xFFEF))
end

local function is_reference(inline)
  return inline.t == "Cite" or (inline.t == "Link" and inline.target:match("^#") ~= nil)
end

local function ends_chinese(inline)
  return inline.t == "Str" and is_chinese(inline.text, utf8.offset(inline.text, -1))
end

-- A reference within Chinese text stands without the spaces that Markdown asks for.
local function is_beside_reference(before, after)
  return (is_reference(after) and ends_chinese(before))
    or (is_reference(before) and after.t == "Str" and is_chinese(after.text, 1))
end

local function joins(before, after)
  return before.t == "Str" and after.t == "Str"
    and is_chinese(before.text, utf8.offset(before.text, -1)) and is_chinese(after.text, 1)
end

-- Every cell of every table comes along here: what has nothing to leave out is not given back.
function Inlines(inlines)
  if #inlines < 3 then return nil end
  local result, kept = pandoc.List({}), 0
  for position, inline in ipairs(inlines) do
    local before, after = inlines[position - 1], inlines[position + 1]
    local is_superfluous = before and after and (
      (inline.t == "SoftBreak" and joins(before, after)) or (inline.t == "Space" and is_beside_reference(before, after))
    )
    if not is_superfluous then
      kept = kept + 1
      result[kept] = inline
    end
  end
  return kept < #inlines and result or nil
end

-- A second guard behind the escaping of all texts: what is no address of a page or of a letter is no link. A page
-- beside this one is named by a path without a colon, so that nothing in it can be taken for a scheme.
function Link(link)
  local is_address = link.target:match("^#") or link.target:match("^https?://") or link.target:match("^mailto:")
  local is_beside = link.target:match("^[%w_.%%\128-\255-][%w_.%%/\128-\255-]*%.html$")
  if not is_address and not is_beside then return link.content end
end
