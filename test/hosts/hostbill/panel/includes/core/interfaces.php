<?php

/** What a registrar module declares that it can do; the vendor's published module can so be put in place of the stand-in. */

interface DomainModuleContacts
{
}

interface DomainModuleListing
{
}

interface DomainLookupInterface
{
}

interface DomainSuggestionsInterface
{
}

interface DomainPremiumInterface
{
}

interface DomainPriceImport
{
}

interface DomainModuleLock
{
}

interface DomainModuleNameservers
{
}

interface DomainModuleGluerecords
{
}

interface DomainModuleAuth
{
}
